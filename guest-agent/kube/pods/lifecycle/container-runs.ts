import type { Pod } from 'kubernetes-types/core/v1.js';
import { removeContainer } from '../../../engine/containers/lifecycle/remove.ts';
import { renameContainer } from '../../../engine/containers/lifecycle/rename.ts';
import { isActive } from '../../../engine/containers/record/container.ts';
import type { LiveContainer } from '../../../engine/containers/record/live-container.ts';
import type { Engine } from '../../../engine/engine.ts';
import { EngineError } from '../../../errors.ts';
import { settlesWithin } from '../../../runtime/deadline.ts';
import type { Stored } from '../../objects/kube-object.ts';
import { engineName, podLabels, podUidOf } from '../pod-names.ts';

/** The engine's container with the current run of a pod's container. */
export function currentRun(
  engine: Engine,
  pod: Stored<Pod>,
  container: string,
): LiveContainer | undefined {
  const found = engine.containers.find(engineName(pod, container));
  if (!found || podUidOf(found.record) !== pod.metadata.uid) return undefined;
  return found.record.state.status === 'removing' ? undefined : found;
}

/** The run before the current one, if it is still there. */
export function previousRun(
  engine: Engine,
  pod: Stored<Pod>,
  container: string,
): LiveContainer | undefined {
  return runsOf(engine, pod, container).find(
    ({ record }) => record.name !== engineName(pod, container),
  );
}

/** How many times the container had been restarted before this run. */
export function restartsOf({ record }: LiveContainer): number {
  return Number(record.config.Labels[podLabels.restarts] ?? 0);
}

/** All containers of the engine that belong to a pod, newest first. */
export function containersOfPod(engine: Engine, uid: string): LiveContainer[] {
  return engine.containers.all().filter(({ record }) => podUidOf(record) === uid);
}

/** Newest first. */
function runsOf(engine: Engine, pod: Stored<Pod>, container: string): LiveContainer[] {
  return containersOfPod(engine, pod.metadata.uid)
    .filter(({ record }) => record.config.Labels[podLabels.container] === container)
    .sort((a, b) => restartsOf(b) - restartsOf(a));
}

/** Milliseconds until a removal that a user began must be over. */
const REMOVAL_DEADLINE = 30_000;

/**
 * Makes the name of a container's current run free for the next. The last run stays, since users can
 * read its log; older ones are removed.
 */
export async function makeRoom(engine: Engine, pod: Stored<Pod>, container: string): Promise<void> {
  const name = engineName(pod, container);
  const holder = engine.containers.find(name);
  // A pod with this name that is gone.
  const isOthers = holder && podUidOf(holder.record) !== pod.metadata.uid;
  if (isOthers && podUidOf(holder.record) !== undefined) await discard(engine, holder);
  const [last, ...older] = runsOf(engine, pod, container);
  if (!last || last.record.name !== name) return;
  // A run without a start has no log.
  if (last.record.state.startedAt === null) return discard(engine, last);
  for (const run of older) await discard(engine, run);
  const { status } = last.record.state;
  if (status === 'removing') await settlesWithin(last.removed(), REMOVAL_DEADLINE);
  else if (isActive(last.record)) await discard(engine, last);
  else await unlessGone(renameContainer(engine, last, `${name}_${restartsOf(last)}`));
}

function discard(engine: Engine, live: LiveContainer): Promise<void> {
  return unlessGone(removeContainer(engine, live, { force: true, volumes: true }));
}

/** A user may remove a container at the same moment. */
async function unlessGone(step: Promise<void>): Promise<void> {
  try {
    await step;
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'not-found') throw error;
  }
}
