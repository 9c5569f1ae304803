import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import { pods } from '../../objects/resources.ts';
import type { ControllerContext } from '../context.ts';
import { isControlledBy } from '../ownership/owner-reference.ts';
import { isTerminal } from '../pod/pod-state.ts';
import { rolloutLimits } from './limits.ts';
import { withNewestSet } from './newest-set.ts';
import { resize } from './resize.ts';
import { type Sets, sizeOf, totalOf } from './sets.ts';

/** Removes all old pods before it creates new ones. Returns the ReplicaSets after this step. */
export async function stepRecreate(
  context: ControllerContext,
  deployment: Stored<Deployment>,
  sets: Sets,
): Promise<{ readonly sets: Sets; readonly isChanged: boolean }> {
  let isChanged = false;
  for (const set of sets.old.filter((each) => sizeOf(each) > 0)) {
    isChanged = (await resize(context, deployment, set, 0)) || isChanged;
  }
  if (isChanged || hasOldPods(context, sets)) return { sets, isChanged };
  const current = await withNewestSet(context, deployment, sets);
  const { desired } = rolloutLimits(deployment);
  if (current.newest && sizeOf(current.newest) !== desired) {
    return { sets: current, isChanged: await resize(context, deployment, current.newest, desired) };
  }
  return { sets: current, isChanged: false };
}

/** Whether pods of old ReplicaSets run, including those that are stopping. */
function hasOldPods({ objects }: ControllerContext, { old }: Sets): boolean {
  if (totalOf(old, 'replicas') > 0) return true;
  return old.some((set) =>
    objects
      .list(pods, set.metadata.namespace)
      .some((pod) => isControlledBy(pod, set) && !isTerminal(pod)),
  );
}
