import type { Pod } from 'kubernetes-types/core/v1.js';
import type { Engine } from '../../engine/engine.ts';
import type { Images } from '../../engine/images/images.ts';
import type { Registries } from '../../engine/images/registries.ts';
import type { PodAccess } from '../access/pod-access.ts';
import type { Stored } from '../objects/kube-object.ts';
import type { Objects } from '../objects/objects.ts';

/** What the pod runner needs of the agent. */
export interface RunnerContext {
  readonly engine: Engine;
  readonly images: Images;
  readonly registries: Registries;
  readonly objects: Objects;
  /** The access of pods to the API. Undefined if they have none. */
  readonly access?: PodAccess;
  readonly log: (message: string, cause?: unknown) => void;
}

/** A pod with what is known only once it has its network. */
export interface PodView {
  readonly pod: Stored<Pod>;
  readonly podIps: readonly string[];
  readonly hostIp: string;
}

/** The pod's namespace. Pods always have one. */
export function namespaceOf({ metadata }: Stored<Pod>): string {
  return metadata.namespace ?? 'default';
}
