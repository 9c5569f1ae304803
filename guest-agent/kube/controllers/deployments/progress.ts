import type { Deployment, DeploymentStatus } from 'kubernetes-types/apps/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import { conditionOf, withoutCondition } from '../conditions.ts';
import { type DeploymentConditions, setCondition } from './status.ts';

export const COMPLETE = 'NewReplicaSetAvailable';
const TIMED_OUT = 'ProgressDeadlineExceeded';
/** A Deployment with this deadline has none. */
const NO_DEADLINE = 2 ** 31 - 1;

export function deadlineOf({ spec }: Deployment): number | undefined {
  const { progressDeadlineSeconds = 600 } = spec ?? {};
  return progressDeadlineSeconds === NO_DEADLINE ? undefined : progressDeadlineSeconds;
}

/** Whether all pods are of the newest revision and available. */
export function isComplete({ spec, metadata }: Stored<Deployment>, status: DeploymentStatus) {
  const desired = spec?.replicas ?? 1;
  return (
    status.updatedReplicas === desired &&
    status.replicas === desired &&
    status.availableReplicas === desired &&
    (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)
  );
}

function isProgressing(status: DeploymentStatus, old: DeploymentStatus = {}): boolean {
  const count = (
    of: DeploymentStatus,
    key: 'updatedReplicas' | 'readyReplicas' | 'availableReplicas',
  ) => of[key] ?? 0;
  const outdated = (of: DeploymentStatus) => (of.replicas ?? 0) - (of.updatedReplicas ?? 0);
  return (
    count(status, 'updatedReplicas') > count(old, 'updatedReplicas') ||
    outdated(status) < outdated(old) ||
    count(status, 'readyReplicas') > count(old, 'readyReplicas') ||
    count(status, 'availableReplicas') > count(old, 'availableReplicas')
  );
}

/** The conditions with `Progressing` as it is now: progressing, complete, or timed out. */
export function withProgress(
  deployment: Stored<Deployment>,
  status: DeploymentStatus,
  newest: string | undefined,
  now: number,
): DeploymentConditions {
  const conditions = status.conditions ?? [];
  const deadline = deadlineOf(deployment);
  if (deadline === undefined) return withoutCondition(conditions, 'Progressing');
  const current = conditionOf(conditions, 'Progressing');
  if (current?.reason === COMPLETE && status.replicas === status.updatedReplicas) return conditions;
  const subject =
    newest === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${newest}"`;
  const progress = (isTrue: boolean, reason: string, message: string) => ({
    ...{ type: 'Progressing', status: isTrue ? 'True' : 'False', reason },
    message: `${subject} ${message}`,
  });
  if (isComplete(deployment, status)) {
    const complete = progress(true, COMPLETE, 'has successfully progressed.');
    return setCondition(conditions, complete, now);
  }
  if (isProgressing(status, deployment.status)) {
    const progressing = progress(true, 'ReplicaSetUpdated', 'is progressing.');
    // Each step of progress counts as an update: the deadline starts again.
    const renewed = setCondition(withoutCondition(conditions, 'Progressing'), progressing, now);
    if (current?.status !== 'True' || current.lastTransitionTime === undefined) return renewed;
    const { lastTransitionTime } = current;
    return renewed.map((each) =>
      each.type === 'Progressing' ? { ...each, lastTransitionTime } : each,
    );
  }
  if (current !== undefined && timedOut(current, deadline, now)) {
    const failed = progress(false, TIMED_OUT, 'has timed out progressing.');
    return setCondition(conditions, failed, now);
  }
  return conditions;
}

type Progressing = DeploymentConditions[number];

function timedOut(current: Progressing, deadline: number, now: number): boolean {
  if (current.reason === COMPLETE) return false;
  if (current.reason === TIMED_OUT) return true;
  return now > Date.parse(current.lastUpdateTime ?? '') + deadline * 1000;
}

/** When the deadline should be looked at, in milliseconds from now. */
export function nextDeadlineIn(deployment: Stored<Deployment>, now: number): number | undefined {
  const deadline = deadlineOf(deployment);
  const current = conditionOf(deployment.status?.conditions, 'Progressing');
  if (deadline === undefined || current === undefined || deployment.spec?.paused) return undefined;
  if (current.reason === TIMED_OUT) return undefined;
  if (isComplete(deployment, deployment.status ?? {})) return undefined;
  // Times have whole seconds.
  const due = Date.parse(current.lastUpdateTime ?? '') + (deadline + 1) * 1000;
  return Math.max(1000, due - now);
}
