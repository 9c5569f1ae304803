import { keyOf, type ObjectKey } from '../../objects/kube-object.ts';
import {
  controllerRevisions,
  persistentVolumeClaims,
  pods,
  statefulSets,
} from '../../objects/resources.ts';
import type { ControllerContext, RunningController } from '../context.ts';
import { Controller } from '../controller.ts';
import { claim } from '../ownership/claim.ts';
import { followAll, followOwned } from '../ownership/follow.ts';
import { nextAvailableIn } from '../pod/pod-state.ts';
import { syncRevisions, trimRevisions } from '../revisions/revisions.ts';
import { updateStatus } from '../update-status.ts';
import { ordinalOf } from './identity.ts';
import { membersOf } from './members.ts';
import { statusOf, usesRevision } from './status.ts';
import { step } from './step.ts';

/** Keeps the numbered pods of StatefulSets, with their names and volumes. */
export function startStatefulSets(context: ControllerContext): RunningController {
  const { objects, log, now } = context;
  const controller = new Controller('StatefulSet', reconcile, log);

  async function reconcile(key: ObjectKey): Promise<void> {
    const set = objects.get(statefulSets, key);
    if (set?.spec === undefined) return;
    const revisions = await syncRevisions(objects, set);
    const claimed = await claim(
      ...([objects, pods, set, set.spec.selector] as const),
      (pod) => ordinalOf(set, pod) !== undefined,
    );
    const isDeleting = set.metadata.deletionTimestamp !== undefined;
    try {
      if (!isDeleting) await step(context, membersOf(set, claimed, revisions));
    } finally {
      await writeStatus();
    }

    async function writeStatus(): Promise<void> {
      const current = objects.get(statefulSets, key);
      if (current === undefined || current.metadata.uid !== set?.metadata.uid) return;
      const owned = claimed.flatMap((pod) => {
        const found = objects.get(pods, keyOf(pod));
        return found?.metadata.uid === pod.metadata.uid ? [found] : [];
      });
      const status = statusOf(membersOf(current, owned, revisions), now());
      await updateStatus(objects, statefulSets, current, status);
      await trimRevisions(objects, current, revisions, ({ metadata }) =>
        usesRevision(status, owned, metadata.name),
      );
      const wait = nextAvailableIn(owned, current.spec?.minReadySeconds ?? 0, now());
      if (wait !== undefined) controller.enqueue(key, wait);
    }
  }

  return followAll(controller, objects, statefulSets, [
    followOwned(controller, objects, pods, statefulSets),
    followOwned(controller, objects, controllerRevisions, statefulSets),
    // A claim that was being deleted is gone: the pod can have a new one.
    objects.listen(persistentVolumeClaims, ({ type, object }) => {
      if (type !== 'DELETED') return;
      const { namespace, name } = object.metadata;
      for (const set of objects.list(statefulSets, namespace)) {
        if (name.includes(set.metadata.name)) controller.enqueue(keyOf(set));
      }
    }),
  ]);
}
