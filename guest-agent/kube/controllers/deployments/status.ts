import type { Deployment, DeploymentStatus } from 'kubernetes-types/apps/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import { timestamp } from '../../objects/timestamp.ts';
import { conditionOf, withCondition, withoutCondition } from '../conditions.ts';
import { observed } from '../update-status.ts';
import { rolloutLimits } from './limits.ts';
import { allOf, type Sets, totalOf, totalSize } from './sets.ts';

export type DeploymentConditions = NonNullable<DeploymentStatus['conditions']>;

/** The numbers of pods, and whether enough of them are available. */
export function countedStatus(
  deployment: Stored<Deployment>,
  sets: Sets,
  now: number,
): DeploymentStatus {
  const all = allOf(sets);
  const { desired, unavailable } = rolloutLimits(deployment);
  const availableReplicas = totalOf(all, 'availableReplicas');
  const { collisionCount, conditions } = deployment.status ?? {};
  const isAvailable = availableReplicas >= desired - unavailable;
  return {
    ...observed(deployment),
    replicas: totalOf(all, 'replicas'),
    updatedReplicas: totalOf([sets.newest], 'replicas'),
    readyReplicas: totalOf(all, 'readyReplicas'),
    availableReplicas,
    unavailableReplicas: Math.max(0, totalSize(all) - availableReplicas),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    conditions: withFailure(
      setCondition(
        conditions,
        isAvailable
          ? {
              ...{ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' },
              message: 'Deployment has minimum availability.',
            }
          : {
              ...{ type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable' },
              message: 'Deployment does not have minimum availability.',
            },
        now,
      ),
      sets,
      now,
    ),
  };
}

/** A condition of a Deployment. Unlike others, it also has the time of its last update. */
export function setCondition(
  conditions: DeploymentConditions | undefined,
  condition: { type: string; status: string; reason: string; message: string },
  now: number,
): DeploymentConditions {
  return withCondition(conditions, { ...condition, lastUpdateTime: timestamp(now) }, now);
}

/** Shows why a ReplicaSet can't create pods, the newest one's reason first. */
function withFailure(conditions: DeploymentConditions, sets: Sets, now: number) {
  const failure = [sets.newest, ...sets.old]
    .map((set) => conditionOf(set?.status?.conditions, 'ReplicaFailure'))
    .find((condition) => condition !== undefined);
  if (failure === undefined) return withoutCondition(conditions, 'ReplicaFailure');
  const { type, status, reason = '', message = '' } = failure;
  return setCondition(conditions, { type, status, reason, message }, now);
}
