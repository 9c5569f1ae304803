import type { Deployment } from 'kubernetes-types/apps/v1.js';
import { keyOf, type ObjectKey, type Stored } from '../../objects/kube-object.ts';
import { isEmptySelector } from '../../objects/label-selector.ts';
import { deployments, pods, replicaSets } from '../../objects/resources.ts';
import type { ControllerContext, RunningController } from '../context.ts';
import { Controller } from '../controller.ts';
import { claim } from '../ownership/claim.ts';
import { followAll, followOwned } from '../ownership/follow.ts';
import { controllerOf } from '../ownership/owner-reference.ts';
import { record } from '../record.ts';
import { updateStatus } from '../update-status.ts';
import { trimHistory } from './history.ts';
import { syncRevision, withNewestSet } from './newest-set.ts';
import { withPause } from './pause.ts';
import { isComplete, nextDeadlineIn, withProgress } from './progress.ts';
import { stepRecreate } from './recreate.ts';
import { stepRollingUpdate } from './rolling-update.ts';
import { isScaled, scale } from './scale.ts';
import { type Sets, splitSets } from './sets.ts';
import { countedStatus } from './status.ts';

/** Rolls Deployments out: one ReplicaSet for each revision of the template. */
export function startDeployments(context: ControllerContext): RunningController {
  const { objects, log, now } = context;
  const controller = new Controller('Deployment', reconcile, log);

  async function reconcile(key: ObjectKey): Promise<void> {
    const deployment = await withPause(objects, key, now());
    if (deployment?.spec === undefined) return;
    if (isEmptySelector(deployment.spec.selector)) {
      const message = 'This deployment is selecting all pods. A non-empty selector is required.';
      await record(context, deployment, 'Warning', 'SelectingAll', message);
      return;
    }
    const owned = await claim(objects, replicaSets, deployment, deployment.spec.selector);
    const sets = splitSets(deployment, owned);
    const isDeleting = deployment.metadata.deletionTimestamp !== undefined;
    const current = isDeleting ? sets : await step(context, deployment, sets);
    await writeStatus(key, deployment, current, isDeleting || deployment.spec.paused === true);
  }

  async function writeStatus(
    key: ObjectKey,
    { metadata: { uid } }: Stored<Deployment>,
    sets: Sets,
    isPaused: boolean,
  ): Promise<void> {
    const deployment = objects.get(deployments, key);
    if (deployment === undefined || deployment.metadata.uid !== uid) return;
    // The step may have resized ReplicaSets.
    const fresh = splitSets(
      deployment,
      [...sets.old, ...(sets.newest ? [sets.newest] : [])].flatMap(
        (set) => objects.get(replicaSets, keyOf(set)) ?? [],
      ),
    );
    const counted = countedStatus(deployment, fresh, now());
    const newest = fresh.newest?.metadata.name;
    const conditions = isPaused
      ? (counted.conditions ?? [])
      : withProgress(deployment, counted, newest, now());
    const isChanged = await updateStatus(objects, deployments, deployment, {
      ...counted,
      conditions,
    });
    // A change comes back here with its event.
    const wait = isChanged ? undefined : nextDeadlineIn(deployment, now());
    if (wait !== undefined) controller.enqueue(key, wait);
  }

  return followAll(controller, objects, deployments, [
    followOwned(controller, objects, replicaSets, deployments),
    followStoppedPods(controller, context),
  ]);
}

/** Does the next step towards the Deployment's template and size. */
async function step(
  context: ControllerContext,
  deployment: Stored<Deployment>,
  sets: Sets,
): Promise<Sets> {
  const { objects } = context;
  if (deployment.spec?.paused === true || isScaled(deployment, sets)) {
    const current = await syncRevision(context, deployment, sets);
    await scale(context, deployment, current);
    if (deployment.spec?.paused === true) await trimHistory(objects, deployment, current);
    return current;
  }
  if (deployment.spec?.strategy?.type === 'Recreate') {
    const synced = await syncRevision(context, deployment, sets);
    const { sets: current, isChanged } = await stepRecreate(context, deployment, synced);
    if (!isChanged) await trimIfComplete(context, deployment, current);
    return current;
  }
  const current = await withNewestSet(context, deployment, sets);
  if (!(await stepRollingUpdate(context, deployment, current))) {
    await trimIfComplete(context, deployment, current);
  }
  return current;
}

async function trimIfComplete(
  { objects }: ControllerContext,
  deployment: Stored<Deployment>,
  sets: Sets,
): Promise<void> {
  if (!isComplete(deployment, deployment.status ?? {})) return;
  await trimHistory(objects, deployment, sets);
}

/** The strategy Recreate waits until the last old pod is gone, of which no ReplicaSet tells. */
function followStoppedPods(controller: Controller, { objects }: ControllerContext): () => void {
  return objects.listen(pods, ({ type, object }) => {
    const owner = controllerOf(object);
    const { namespace } = object.metadata;
    const hasEnded = type === 'DELETED' || object.status?.phase === 'Failed';
    if (!hasEnded || owner?.kind !== 'ReplicaSet' || namespace === undefined) return;
    const set = objects.get(replicaSets, { namespace, name: owner.name });
    const deployment = set && controllerOf(set);
    if (deployment?.kind === 'Deployment') controller.enqueue({ namespace, name: deployment.name });
  });
}
