import type { StatefulSetStatus } from 'kubernetes-types/apps/v1.js';
import type { Pod } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import { isDeleting } from '../pod/pod-state.ts';
import { observed } from '../update-status.ts';
import { revisionOf } from './identity.ts';
import { isMemberAvailable, isRunningAndReady, type Members } from './members.ts';

export function statusOf(members: Members, now: number): StatefulSetStatus {
  const { set, revisions, byOrdinal } = members;
  const pods = [...byOrdinal.values()];
  const update = revisions.newest.metadata.name;
  const known = revisions.all.find(({ metadata }) => metadata.name === set.status?.currentRevision);
  const current = known?.metadata.name ?? update;
  const having = (revision: string) =>
    pods.filter((pod) => !isDeleting(pod) && revisionOf(pod) === revision).length;
  const updated = having(update);
  const ready = pods.filter(isRunningAndReady).length;
  const isComplete =
    set.spec?.updateStrategy?.type !== 'OnDelete' &&
    updated === pods.length &&
    ready === pods.length &&
    updated === (set.spec?.replicas ?? 1);
  return {
    ...observed(set),
    replicas: pods.length,
    readyReplicas: ready,
    availableReplicas: pods.filter((pod) => isMemberAvailable(set, pod, now)).length,
    currentReplicas: isComplete ? updated : having(current),
    updatedReplicas: updated,
    currentRevision: isComplete ? update : current,
    updateRevision: update,
    collisionCount: 0,
  };
}

/** Whether a pod still has the revision, or the StatefulSet goes by it. */
export function usesRevision(
  { currentRevision, updateRevision }: StatefulSetStatus,
  pods: readonly Stored<Pod>[],
  name: string,
): boolean {
  return (
    [currentRevision, updateRevision].includes(name) || pods.some((pod) => revisionOf(pod) === name)
  );
}
