import type { DaemonSetStatus } from 'kubernetes-types/apps/v1.js';
import { isActive, isAvailable, isReady } from '../pod/pod-state.ts';
import { observed } from '../update-status.ts';
import { type DaemonPods, isUpdated } from './step.ts';

export function statusOf(daemon: DaemonPods, now: number): DaemonSetStatus {
  const { set, isWanted } = daemon;
  const pods = daemon.pods.filter(isActive);
  const isServing = pods.some((pod) => isAvailable(pod, set.spec?.minReadySeconds ?? 0, now));
  const wanted = Number(isWanted);
  const available = wanted * Number(isServing);
  return {
    currentNumberScheduled: wanted * Number(pods.length > 0),
    desiredNumberScheduled: wanted,
    numberMisscheduled: Number(!isWanted && pods.length > 0),
    numberReady: wanted * Number(pods.some(isReady)),
    updatedNumberScheduled: wanted * Number(pods.some((pod) => isUpdated(daemon, pod))),
    numberAvailable: available,
    numberUnavailable: wanted - available,
    ...observed(set),
  };
}
