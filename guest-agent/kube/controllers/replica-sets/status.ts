import type { ReplicaSet, ReplicaSetStatus } from 'kubernetes-types/apps/v1.js';
import type { Pod } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import { withCondition, withoutCondition } from '../conditions.ts';
import { isAvailable, isReady } from '../pod/pod-state.ts';
import { messageOf } from '../record.ts';
import { observed } from '../update-status.ts';

/** Why a ReplicaSet couldn't get its number of pods. */
export interface Failure {
  readonly reason: 'FailedCreate' | 'FailedDelete';
  readonly cause: unknown;
}

export function statusOf(
  set: Stored<ReplicaSet>,
  claimed: readonly Stored<Pod>[],
  failure: Failure | undefined,
  now: number,
): ReplicaSetStatus {
  const templateLabels = Object.entries(set.spec?.template?.metadata?.labels ?? {});
  const isFullyLabeled = ({ metadata: { labels = {} } }: Stored<Pod>) =>
    templateLabels.every(([key, value]) => labels[key] === value);
  const old = set.status?.conditions;
  const conditions =
    failure === undefined
      ? withoutCondition(old, 'ReplicaFailure')
      : withCondition(
          old,
          {
            ...{ type: 'ReplicaFailure', status: 'True', reason: failure.reason },
            message: messageOf(failure.cause),
          },
          now,
        );
  return {
    replicas: claimed.length,
    fullyLabeledReplicas: claimed.filter(isFullyLabeled).length,
    readyReplicas: claimed.filter(isReady).length,
    availableReplicas: claimed.filter((pod) =>
      isAvailable(pod, set.spec?.minReadySeconds ?? 0, now),
    ).length,
    ...observed(set),
    ...(conditions.length > 0 ? { conditions } : {}),
  };
}
