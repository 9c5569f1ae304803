import type { Pod } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import { isReady, readySince } from './pod-state.ts';

const PHASES = ['Pending', 'Unknown', 'Running'];
const COST = 'controller.kubernetes.io/pod-deletion-cost';

/** Sorts the pods that are missed least to the front, as Kubernetes does when it scales down. */
export function byDeletionOrder(one: Stored<Pod>, other: Stored<Pod>): number {
  return (
    phase(one) - phase(other) ||
    readiness(one) - readiness(other) ||
    cost(one) - cost(other) ||
    // The newest first.
    readyTime(other) - readyTime(one) ||
    // Those that restarted most first.
    restarts(other) - restarts(one) ||
    age(other) - age(one)
  );
}

const phase = ({ status }: Stored<Pod>) => PHASES.indexOf(status?.phase ?? 'Pending');
const readiness = (pod: Stored<Pod>) => (isReady(pod) ? 1 : 0);
const cost = ({ metadata }: Stored<Pod>) => Number(metadata.annotations?.[COST] ?? 0) || 0;
const readyTime = (pod: Stored<Pod>) => readySince(pod) ?? 0;
const restarts = ({ status }: Stored<Pod>) =>
  Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));
const age = ({ metadata }: Stored<Pod>) => Date.parse(metadata.creationTimestamp);
