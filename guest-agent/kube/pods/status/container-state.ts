import type {
  ContainerState,
  ContainerStateTerminated,
  ContainerStatus,
  Pod,
} from 'kubernetes-types/core/v1.js';
import type { ContainerRecord } from '../../../engine/containers/record/container.ts';
import type { Stored } from '../../objects/kube-object.ts';
import { timestamp } from '../../objects/timestamp.ts';

/** The ID of a container in a pod's status. */
export const containerId = (id: string) => `docker://${id}`;

/** The reason of an end that nobody saw, since the container is gone. */
export const UNKNOWN_END = 'ContainerStatusUnknown';

/** As crun and the kubelet report a program that couldn't start. */
const START_FAILED = 128;

/** How a run has ended, as a pod's status shows it. */
export function terminated(
  { id, state }: Pick<ContainerRecord, 'id' | 'state'>,
  message?: string,
): ContainerStateTerminated {
  const { exitCode, startedAt, finishedAt, error, oomKilled } = state;
  // A run that couldn't start has no end of its own.
  const isStartError = error !== '';
  const finished = isStartError ? undefined : finishedAt;
  const text = message || error;
  return {
    exitCode: isStartError ? START_FAILED : exitCode,
    reason: oomKilled
      ? 'OOMKilled'
      : isStartError
        ? 'StartError'
        : exitCode === 0
          ? 'Completed'
          : 'Error',
    ...(text ? { message: text } : {}),
    startedAt: timestamp(Date.parse(startedAt ?? '') || Date.now()),
    finishedAt: timestamp(Date.parse(finished ?? '') || Date.now()),
    containerID: containerId(id),
  };
}

export function running({ state }: Pick<ContainerRecord, 'state'>): ContainerState {
  return { running: { startedAt: timestamp(Date.parse(state.startedAt ?? '') || Date.now()) } };
}

export function waiting(reason: string, message?: string): ContainerState {
  return { waiting: { reason, ...(message === undefined ? {} : { message }) } };
}

/** The statuses of all containers of a pod. */
export function allStatuses({ status }: Stored<Pod>): readonly ContainerStatus[] {
  const {
    containerStatuses = [],
    initContainerStatuses = [],
    ephemeralContainerStatuses = [],
  } = status ?? {};
  return [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses];
}
