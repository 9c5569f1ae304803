import type { KubeRef } from '../../../electron/api/kube/place.ts';
import type { ListedObject } from '../../../electron/api/kube/workloads.ts';
import type { Tone } from '../../components/state-dot.tsx';

/** A workload with what it owns. */
export interface WorkloadRow extends ListedObject {
  readonly below: readonly ListedObject[];
}

/** The objects with what they own, which comes right after each. */
export function withBelow(objects: readonly ListedObject[]): WorkloadRow[] {
  return objects.map((object, index) => {
    const rest = objects.slice(index + 1);
    const end = rest.findIndex(({ depth }) => depth <= object.depth);
    return { ...object, below: end < 0 ? rest : rest.slice(0, end) };
  });
}

export const workloadRows = (objects: readonly ListedObject[]): WorkloadRow[] =>
  withBelow(objects).filter(({ kind }) => kind !== 'Pod');

export const podRows = (objects: readonly ListedObject[]): ListedObject[] =>
  objects.filter(({ kind }) => kind === 'Pod');

/** Identifies an object within its cluster. */
export const idOf = ({ kind, namespace, name }: Omit<KubeRef, 'context'>): string =>
  `${kind} ${namespace} ${name}`;

const BROKEN = /err|backoff|fail|crash|invalid|evicted|oom|unschedulable/i;
const ENDED = ['Completed', 'Suspended'];

export interface ObjectState {
  readonly tone: Tone;
  readonly text: string;
  /** Why it can't run; empty if nothing is wrong. */
  readonly problem: string;
}

/** The state of an object. A workload has the problems of its pods. */
export function stateOf(object: WorkloadRow | ListedObject): ObjectState {
  const { kind, status, problem, isHealthy, replicas } = object;
  const pods = 'below' in object ? object.below.filter((each) => each.kind === 'Pod') : [];
  const troubled = pods.map(stateOf).find(({ tone }) => tone === 'bad');
  if (kind !== 'Pod' && !isHealthy && troubled) {
    const why = troubled.problem === '' ? troubled.text : `${troubled.text}: ${troubled.problem}`;
    return { tone: 'bad', text: status, problem: problem || why };
  }
  if (kind === 'CronJob' && isHealthy && status !== 'Suspended') {
    return { tone: 'good', text: `Schedule ${status}`, problem };
  }
  if (replicas === 0 && isHealthy) return { tone: 'idle', text: 'Scaled to 0', problem };
  if (ENDED.includes(status)) return { tone: 'idle', text: status, problem };
  if (isHealthy) return { tone: 'good', text: status, problem };
  return { tone: problem !== '' || BROKEN.test(status) ? 'bad' : 'busy', text: status, problem };
}

/** What can be done with a kind of objects. */
export const canRestart = (kind: string): boolean =>
  ['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind);

/** Whether the cluster keeps earlier versions of its pods. */
export const hasHistory = canRestart;

/**
 * What has the log of an object: for a CronJob, the pod of its last run. Undefined if it hasn't run yet,
 * or the cluster keeps no run.
 */
export function logSource(object: WorkloadRow | ListedObject): ListedObject | undefined {
  if (object.kind !== 'CronJob') return object;
  const pods = 'below' in object ? podRows(object.below) : [];
  return pods.toSorted((a, b) => Date.parse(a.created) - Date.parse(b.created)).at(-1);
}
