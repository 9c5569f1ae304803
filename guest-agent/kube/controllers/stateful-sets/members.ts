import type { StatefulSet } from 'kubernetes-types/apps/v1.js';
import type { Pod } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import { isAvailable, isDeleting, isReady } from '../pod/pod-state.ts';
import type { Revisions } from '../revisions/revisions.ts';
import { firstOrdinal, ordinalOf } from './identity.ts';

/** A StatefulSet with its pods and its templates. */
export interface Members {
  readonly set: Stored<StatefulSet>;
  readonly revisions: Revisions;
  /** The lowest number that should have a pod. */
  readonly first: number;
  /** The number after the highest one that should have a pod. */
  readonly end: number;
  readonly byOrdinal: ReadonlyMap<number, Stored<Pod>>;
  /** The pods that are too many, the highest number first. */
  readonly surplus: readonly Stored<Pod>[];
}

export function membersOf(
  set: Stored<StatefulSet>,
  claimed: readonly Stored<Pod>[],
  revisions: Revisions,
): Members {
  const first = firstOrdinal(set);
  const end = first + (set.spec?.replicas ?? 1);
  const byOrdinal = new Map(claimed.map((pod) => [ordinalOf(set, pod) ?? -1, pod]));
  const surplus = [...byOrdinal]
    .filter(([ordinal]) => ordinal < first || ordinal >= end)
    .sort(([a], [b]) => b - a)
    .map(([, pod]) => pod);
  return { set, revisions, first, end, byOrdinal, surplus };
}

export function isRunningAndReady(pod: Stored<Pod>): boolean {
  return pod.status?.phase === 'Running' && isReady(pod);
}

export function isHealthy(pod: Stored<Pod>): boolean {
  return isRunningAndReady(pod) && !isDeleting(pod);
}

export function isMemberAvailable({ spec }: StatefulSet, pod: Stored<Pod>, now: number): boolean {
  return isRunningAndReady(pod) && isAvailable(pod, spec?.minReadySeconds ?? 0, now);
}
