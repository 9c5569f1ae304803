import type { Pod } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../objects/kube-object.ts';

/** What a container or the node uses. */
export interface Usage {
  /** In processors: 0.5 is half of one. */
  readonly cpu: number;
  /** In bytes. */
  readonly memory: number;
}

/** Measures over about a second. */
export interface Meter {
  /** By container. Empty if none of the pod's containers runs. */
  pod(pod: Stored<Pod>, signal: AbortSignal): Promise<ReadonlyMap<string, Usage>>;
  node(signal: AbortSignal): Promise<Usage>;
}
