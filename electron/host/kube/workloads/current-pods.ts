import type { Pod } from '../objects/pod.ts';
import type { Workload } from '../objects/workload.ts';

/** Numbers the versions of a Deployment, and its ReplicaSets. */
export const REVISION = 'deployment.kubernetes.io/revision';

/**
 * The pods of the version that a rollout goes to, of all pods of a workload. `revisions` has the
 * versions of ReplicaSets by their IDs. Empty as long as the cluster hasn't seen the change.
 */
export function currentPods(
  { kind, metadata, status }: Workload,
  pods: readonly Pod[],
  revisions: ReadonlyMap<string, string>,
): Pod[] {
  const staying = pods.filter((pod) => !pod.metadata.deletionTimestamp);
  if (kind === 'Pod' || kind === 'Job') return staying;
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) return [];
  switch (kind) {
    case 'Deployment': {
      const revision = metadata.annotations?.[REVISION];
      return staying.filter(({ metadata: { ownerReferences } }) =>
        (ownerReferences ?? []).some(({ uid }) => revisions.get(uid) === revision),
      );
    }
    case 'StatefulSet':
      return staying.filter((pod) => hashOf(pod) === status.updateRevision);
    default:
      // The newest pods.
      return staying.filter((pod) => hashOf(pod) === hashOf(staying[0]));
  }
}

const hashOf = (pod: Pod | undefined) => pod?.metadata.labels?.['controller-revision-hash'];
