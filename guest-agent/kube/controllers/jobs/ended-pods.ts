import type { Job } from 'kubernetes-types/batch/v1.js';
import type { Pod } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import { isDeleting, isTerminal } from '../pod/pod-state.ts';
import { COMPLETION_INDEX, isIndexed, replacesTerminating, TRACKING } from './job-spec.ts';

export function isTracked({ metadata }: Stored<Pod>): boolean {
  return metadata.finalizers?.includes(TRACKING) === true;
}

export function hasSucceeded({ status }: Pod): boolean {
  return status?.phase === 'Succeeded';
}

/** Whether the pod counts as failed. A pod that somebody deletes does. */
export function hasFailed(job: Job, pod: Stored<Pod>): boolean {
  if (pod.status?.phase === 'Failed') return true;
  if (!isDeleting(pod) || hasSucceeded(pod)) return false;
  return replacesTerminating(job) || pod.metadata.deletionGracePeriodSeconds === 0;
}

/** Whether the pod still has to stop. */
export function isTerminating(pod: Stored<Pod>): boolean {
  return isDeleting(pod) && !isTerminal(pod) && pod.metadata.deletionGracePeriodSeconds !== 0;
}

/** Which of an Indexed Job's indexes a pod works on. */
export function indexOf({ metadata }: Stored<Pod>): number | undefined {
  const text = metadata.annotations?.[COMPLETION_INDEX];
  return text === undefined ? undefined : Number(text);
}

/** Whether the pod's end counts. Pods of indexes that the Job doesn't have any more don't. */
export function hasValidIndex(job: Job, pod: Stored<Pod>): boolean {
  if (!isIndexed(job)) return true;
  const index = indexOf(pod);
  return index !== undefined && index < (job.spec?.completions ?? 0);
}

/** When the pod ended, in milliseconds since 1970. */
export function endTime({ status, metadata }: Stored<Pod>): number {
  const times = (status?.containerStatuses ?? []).flatMap(
    ({ state }) => state?.terminated?.finishedAt ?? [],
  );
  const time = times.sort().at(-1) ?? metadata.deletionTimestamp ?? metadata.creationTimestamp;
  return Date.parse(time);
}
