import type { DaemonSet } from 'kubernetes-types/apps/v1.js';
import { keyOf, type ObjectKey, type Stored } from '../../objects/kube-object.ts';
import { NODE_NAME } from '../../objects/node-name.ts';
import type { Objects } from '../../objects/objects.ts';
import { controllerRevisions, daemonSets, nodes, pods } from '../../objects/resources.ts';
import type { ControllerContext, RunningController } from '../context.ts';
import { Controller } from '../controller.ts';
import { claim } from '../ownership/claim.ts';
import { followAll, followOwned } from '../ownership/follow.ts';
import { nextAvailableIn } from '../pod/pod-state.ts';
import { hashOf, REVISION_HASH, syncRevisions, trimRevisions } from '../revisions/revisions.ts';
import { updateStatus } from '../update-status.ts';
import { statusOf } from './status.ts';
import { step } from './step.ts';

/** Keeps one pod of each DaemonSet on the node. */
export function startDaemonSets(context: ControllerContext): RunningController {
  const { objects, log, now } = context;
  const controller = new Controller('DaemonSet', reconcile, log);

  async function reconcile(key: ObjectKey): Promise<void> {
    const set = objects.get(daemonSets, key);
    if (set?.spec === undefined) return;
    const revisions = await syncRevisions(objects, set);
    const claimed = await claim(objects, pods, set, set.spec.selector);
    const isWanted = fitsNode(objects, set);
    const hash = hashOf(revisions.newest);
    let wait: number | undefined;
    try {
      if (set.metadata.deletionTimestamp === undefined) {
        wait = await step(context, { set, pods: claimed, hash, isWanted });
      }
    } finally {
      await writeStatus();
    }
    if (wait !== undefined) controller.enqueue(key, wait);

    async function writeStatus(): Promise<void> {
      const current = objects.get(daemonSets, key);
      if (current === undefined || current.metadata.uid !== set?.metadata.uid) return;
      const owned = claimed.flatMap((pod) => objects.get(pods, keyOf(pod)) ?? []);
      const status = statusOf({ set: current, pods: owned, hash, isWanted }, now());
      await updateStatus(objects, daemonSets, current, status);
      await trimRevisions(objects, current, revisions, (revision) => {
        const used = hashOf(revision);
        return used === hash || owned.some((pod) => pod.metadata.labels?.[REVISION_HASH] === used);
      });
      const available = nextAvailableIn(owned, current.spec?.minReadySeconds ?? 0, now());
      if (available !== undefined) controller.enqueue(key, available);
    }
  }

  const running = followAll(controller, objects, daemonSets, [
    followOwned(controller, objects, pods, daemonSets),
    followOwned(controller, objects, controllerRevisions, daemonSets),
    objects.listen(nodes, ({ type }) => {
      // The labels of the node decide which DaemonSets it has.
      if (type !== 'DELETED') running.enqueueAll();
    }),
  ]);
  return running;
}

/** Whether the node has the labels that the pods ask for. */
function fitsNode(objects: Objects, set: Stored<DaemonSet>): boolean {
  const wanted = Object.entries(set.spec?.template.spec?.nodeSelector ?? {});
  const labels = objects.get(nodes, { name: NODE_NAME })?.metadata.labels ?? {};
  return wanted.every(([key, value]) => labels[key] === value);
}
