import type { Deployment, ReplicaSet } from 'kubernetes-types/apps/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import type { ControllerContext } from '../context.ts';
import { desiredReplicas, maxReplicas } from './annotations.ts';
import { type RolloutLimits, rolloutLimits } from './limits.ts';
import { resize } from './resize.ts';
import { allOf, type Sets, sizeOf, totalSize } from './sets.ts';

/** Whether the Deployment was scaled since it last set the sizes of its ReplicaSets. */
export function isScaled(deployment: Stored<Deployment>, sets: Sets): boolean {
  const { desired } = rolloutLimits(deployment);
  return allOf(sets)
    .filter((set) => sizeOf(set) > 0)
    .some((set) => (desiredReplicas(set) ?? desired) !== desired);
}

/**
 * Applies a new size of the Deployment. In the middle of a rollout, each ReplicaSet gets its share,
 * so that scaling doesn't move the rollout on.
 */
export async function scale(
  context: ControllerContext,
  deployment: Stored<Deployment>,
  sets: Sets,
): Promise<void> {
  const limits = rolloutLimits(deployment);
  const only = onlyActive(sets);
  if (only) {
    await resize(context, deployment, only, limits.desired);
    return;
  }
  const active = allOf(sets).filter((set) => sizeOf(set) > 0);
  if (isSaturated(sets.newest, limits)) {
    for (const set of active.filter((each) => each !== sets.newest)) {
      await resize(context, deployment, set, 0);
    }
    return;
  }
  if (deployment.spec?.strategy?.type === 'Recreate') return;
  for (const [set, size] of shares(active, limits, deployment.status?.replicas ?? 0)) {
    await resize(context, deployment, set, size);
  }
}

/** The only ReplicaSet with pods, or the latest one if none has any. */
function onlyActive({ newest, old }: Sets): Stored<ReplicaSet> | undefined {
  const active = allOf({ newest, old }).filter((set) => sizeOf(set) > 0);
  if (active.length > 1) return undefined;
  return active[0] ?? newest ?? old.at(-1);
}

function isSaturated(newest: Stored<ReplicaSet> | undefined, { desired }: RolloutLimits): boolean {
  return (
    newest !== undefined &&
    sizeOf(newest) === desired &&
    desiredReplicas(newest) === desired &&
    newest.status?.availableReplicas === desired
  );
}

/** The new sizes, in proportion to the sizes before. */
function shares(
  active: readonly Stored<ReplicaSet>[],
  { desired, surge }: RolloutLimits,
  actual: number,
): [Stored<ReplicaSet>, number][] {
  const allowed = desired > 0 ? desired + surge : 0;
  const change = allowed - totalSize(active);
  const age = (set: Stored<ReplicaSet>) => Date.parse(set.metadata.creationTimestamp);
  // The largest first. If sizes are equal, the newest grows first and the oldest shrinks first.
  const sorted = [...active].sort(
    (a, b) => sizeOf(b) - sizeOf(a) || Math.sign(change) * (age(b) - age(a)),
  );
  let left = change;
  const sizes = sorted.map((set): [Stored<ReplicaSet>, number] => {
    const before = maxReplicas(set) || actual || allowed;
    const size = desired === 0 ? 0 : Math.round((sizeOf(set) * (desired + surge)) / before);
    const wanted = size - sizeOf(set);
    const share = change > 0 ? Math.min(wanted, left) : Math.max(wanted, left);
    left -= change === 0 ? 0 : share;
    return [set, sizeOf(set) + (change === 0 ? 0 : share)];
  });
  const [first] = sizes;
  if (first) first[1] = Math.max(0, first[1] + left);
  return sizes;
}
