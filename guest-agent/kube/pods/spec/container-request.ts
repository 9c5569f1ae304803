import type { Container, PodSpec } from 'kubernetes-types/core/v1.js';
import {
  type CreateRequest,
  createRequestSchema,
} from '../../../engine/containers/request/config.ts';
import type { Image } from '../../../engine/images/store/image.ts';
import { qosClass } from '../../objects/qos-class.ts';
import { expand } from '../environment/expand.ts';
import type { PodView } from '../pod-context.ts';
import { labelsFor } from '../pod-names.ts';
import { resourceLimits } from './resources.ts';
import { confinement, userOf } from './security.ts';

/** What a container needs besides its specification. */
export interface ContainerParts {
  readonly image: Pick<Image, 'id' | 'config'>;
  readonly environment: ReadonlyMap<string, string>;
  /** Mounts of the engine's create request. */
  readonly mounts: readonly object[];
  /** The ID of the container that holds the pod's namespaces. */
  readonly infrastructure: string;
  readonly restarts: number;
  /** The ID of the container whose processes it sees. */
  readonly target?: string | undefined;
}

/** The engine's request for a container of a pod. Throws PodError and ZodError. */
export function containerRequest(
  { pod }: PodView,
  container: Container,
  { image, environment, mounts, infrastructure, restarts, target }: ContainerParts,
): CreateRequest {
  const spec = pod.spec ?? { containers: [] };
  const expanded = (words: readonly string[] | undefined) =>
    words?.map((word) => expand(word, (name) => environment.get(name)));
  const shared = `container:${infrastructure}`;
  const stopSignal = (container.lifecycle as { stopSignal?: string } | undefined)?.stopSignal;
  return createRequestSchema.parse({
    Image: image.id,
    Entrypoint: container.command?.length ? expanded(container.command) : undefined,
    Cmd: container.args?.length ? expanded(container.args) : undefined,
    Env: [...environment].map(([name, value]) => `${name}=${value}`),
    WorkingDir: container.workingDir ?? '',
    User: userOf(spec, container, image.config),
    Tty: container.tty ?? false,
    OpenStdin: container.stdin ?? false,
    StdinOnce: container.stdinOnce ?? false,
    Labels: labelsFor(pod, container.name, restarts),
    // Kubernetes has probes of its own.
    Healthcheck: { Test: ['NONE'] },
    StopSignal: stopSignal,
    HostConfig: {
      NetworkMode: shared,
      IpcMode: spec.hostIPC ? 'host' : shared,
      UTSMode: shared,
      PidMode: pidMode(spec, shared, target),
      Mounts: mounts,
      ...confinement(spec, container),
      ...resourceLimits(container, qosClass(spec)),
    },
  });
}

function pidMode(spec: PodSpec, shared: string, target: string | undefined): string {
  if (spec.hostPID) return 'host';
  if (spec.shareProcessNamespace) return shared;
  return target === undefined ? '' : `container:${target}`;
}
