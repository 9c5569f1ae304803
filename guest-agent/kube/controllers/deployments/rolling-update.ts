import type { Deployment, ReplicaSet } from 'kubernetes-types/apps/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import type { ControllerContext } from '../context.ts';
import { type RolloutLimits, rolloutLimits } from './limits.ts';
import { resize } from './resize.ts';
import { allOf, type Sets, sizeOf, totalOf, totalSize } from './sets.ts';

/** Does the next step of a rolling update. Returns whether there was one. */
export async function stepRollingUpdate(
  context: ControllerContext,
  deployment: Stored<Deployment>,
  sets: Sets,
): Promise<boolean> {
  const limits = rolloutLimits(deployment);
  const { newest } = sets;
  if (newest === undefined) return false;
  const size = sizeOf(newest);
  const grown = Math.min(
    limits.desired + limits.surge - totalSize(allOf(sets)),
    limits.desired - size,
  );
  const next = size > limits.desired ? limits.desired : size + Math.max(0, grown);
  if (next !== size) return resize(context, deployment, newest, next);
  return shrinkOld(context, deployment, sets, limits);
}

/** Shrinks old ReplicaSets as far as enough pods stay available. */
async function shrinkOld(
  context: ControllerContext,
  deployment: Stored<Deployment>,
  sets: Sets,
  { desired, unavailable }: RolloutLimits,
): Promise<boolean> {
  const { newest, old } = sets;
  const all = allOf(sets);
  const minAvailable = desired - unavailable;
  const newUnavailable = sizeOf(newest) - totalOf([newest], 'availableReplicas');
  const surplus = totalSize(all) - minAvailable - newUnavailable;
  if (totalSize(old) === 0 || surplus <= 0) return false;
  const sizes = new Map(old.map((set) => [set, sizeOf(set)]));
  // Pods that don't serve go first: they aren't missed.
  take(sizes, surplus, (set, size) => size - totalOf([set], 'availableReplicas'));
  take(sizes, totalOf(all, 'availableReplicas') - minAvailable, (_, size) => size);
  let isChanged = false;
  for (const [set, size] of sizes) {
    if (size === sizeOf(set)) continue;
    isChanged = (await resize(context, deployment, set, size)) || isChanged;
  }
  return isChanged;
}

/** Takes up to `count` pods away, from each ReplicaSet as many as `from` says. */
function take(
  sizes: Map<Stored<ReplicaSet>, number>,
  count: number,
  from: (set: Stored<ReplicaSet>, size: number) => number,
): void {
  let left = count;
  for (const [set, size] of sizes) {
    const taken = Math.max(0, Math.min(left, from(set, size)));
    sizes.set(set, size - taken);
    left -= taken;
  }
}
