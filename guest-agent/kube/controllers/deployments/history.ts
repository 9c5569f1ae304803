import type { Deployment, ReplicaSet } from 'kubernetes-types/apps/v1.js';
import { keyOf, type Stored } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { replicaSets } from '../../objects/resources.ts';
import { revisionOf } from './annotations.ts';
import { type Sets, sizeOf } from './sets.ts';

/** Deletes the oldest revisions beyond the limit. Those that still have pods stay. */
export async function trimHistory(
  objects: Objects,
  deployment: Stored<Deployment>,
  { old }: Sets,
): Promise<void> {
  const limit = deployment.spec?.revisionHistoryLimit ?? 10;
  const kept = old.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const surplus = Math.max(0, kept.length - limit);
  const oldest = [...kept].sort((a, b) => revisionOf(a) - revisionOf(b)).slice(0, surplus);
  for (const set of oldest) {
    if (!hasPods(set)) await objects.requestDeletion(replicaSets, keyOf(set));
  }
}

function hasPods(set: Stored<ReplicaSet>): boolean {
  const isObserved = (set.status?.observedGeneration ?? 0) >= (set.metadata.generation ?? 0);
  return !isObserved || sizeOf(set) !== 0 || (set.status?.replicas ?? 0) !== 0;
}
