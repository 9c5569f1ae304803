import type { Pod, PodCondition } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';

export function isDeleting(pod: Stored<Pod>): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

export function isTerminal({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

/** Whether the pod runs or will run. */
export function isActive(pod: Stored<Pod>): boolean {
  return !isTerminal(pod) && !isDeleting(pod);
}

export function isReady(pod: Pod): boolean {
  return readyCondition(pod)?.status === 'True';
}

/** When the pod became ready, in milliseconds since 1970. */
export function readySince(pod: Pod): number | undefined {
  const condition = readyCondition(pod);
  if (condition?.status !== 'True') return undefined;
  return Date.parse(condition.lastTransitionTime ?? '') || 0;
}

/** How long the pod must still stay ready until it counts as available. Undefined if not ready. */
export function availableIn(pod: Pod, minReadySeconds: number, now: number): number | undefined {
  const since = readySince(pod);
  if (since === undefined) return undefined;
  return minReadySeconds === 0 ? 0 : Math.max(0, since + minReadySeconds * 1000 - now);
}

export function isAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  return availableIn(pod, minReadySeconds, now) === 0;
}

/** When the next of the pods becomes available, if time alone makes it so. */
export function nextAvailableIn(
  pods: readonly Pod[],
  minReadySeconds: number,
  now: number,
): number | undefined {
  const waits = pods
    .map((pod) => availableIn(pod, minReadySeconds, now))
    .filter((wait) => wait !== undefined && wait > 0);
  return waits.length === 0 ? undefined : Math.min(...waits.map((wait) => wait ?? 0));
}

function readyCondition({ status }: Pod): PodCondition | undefined {
  return status?.conditions?.find(({ type }) => type === 'Ready');
}
