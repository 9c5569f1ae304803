import type { ReplicaSet } from 'kubernetes-types/apps/v1.js';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { keyOf, type ObjectKey, type Stored } from '../../objects/kube-object.ts';
import { pods, replicaSets } from '../../objects/resources.ts';
import { randomName } from '../../objects/safe-name.ts';
import type { ControllerContext, RunningController } from '../context.ts';
import { Controller } from '../controller.ts';
import { claim } from '../ownership/claim.ts';
import { followAll, followOwned } from '../ownership/follow.ts';
import { BURST, createInBatches, createPod } from '../pod/create-pods.ts';
import { deletePod } from '../pod/delete-pod.ts';
import { byDeletionOrder } from '../pod/deletion-order.ts';
import { podOf } from '../pod/pod-of.ts';
import { isActive, nextAvailableIn } from '../pod/pod-state.ts';
import { updateStatus } from '../update-status.ts';
import { type Failure, statusOf } from './status.ts';

/** Keeps the number of pods of each ReplicaSet. */
export function startReplicaSets(context: ControllerContext): RunningController {
  const { objects, log, now } = context;
  const controller = new Controller('ReplicaSet', reconcile, log);

  async function reconcile(key: ObjectKey): Promise<void> {
    const set = objects.get(replicaSets, key);
    if (set?.spec === undefined) return;
    const claimed = await claim(objects, pods, set, set.spec.selector, isActive);
    let failure: Failure | undefined;
    if (set.metadata.deletionTimestamp === undefined) {
      failure = await adjust(context, set, claimed);
    }
    // The status counts what there is now: the events of new pods come back here anyway.
    const current = claimed.flatMap((pod) => {
      const found = objects.get(pods, keyOf(pod));
      return found && isActive(found) ? [found] : [];
    });
    const latest = objects.get(replicaSets, key);
    if (latest?.metadata.uid !== set.metadata.uid) return;
    await updateStatus(objects, replicaSets, latest, statusOf(latest, current, failure, now()));
    const wait = nextAvailableIn(current, set.spec.minReadySeconds ?? 0, now());
    if (wait !== undefined) controller.enqueue(key, wait);
    if (failure) throw failure.cause;
  }

  return followAll(controller, objects, replicaSets, [
    followOwned(controller, objects, pods, replicaSets),
  ]);
}

/** Creates missing pods or deletes surplus ones. */
async function adjust(
  context: ControllerContext,
  set: Stored<ReplicaSet>,
  claimed: readonly Stored<Pod>[],
): Promise<Failure | undefined> {
  const surplus = claimed.length - (set.spec?.replicas ?? 1);
  try {
    if (surplus < 0) {
      await createInBatches(Math.min(-surplus, BURST), () => {
        const prefix = `${set.metadata.name}-`;
        const name = randomName(prefix);
        const pod = podOf(set, set.spec?.template ?? {}, { name, generateName: prefix });
        return createPod(context, set, pod);
      });
    }
  } catch (cause) {
    return { reason: 'FailedCreate', cause };
  }
  try {
    const doomed = surplus > 0 ? [...claimed].sort(byDeletionOrder).slice(0, surplus) : [];
    for (const pod of doomed.slice(0, BURST)) await deletePod(context, set, pod);
  } catch (cause) {
    return { reason: 'FailedDelete', cause };
  }
  return undefined;
}
