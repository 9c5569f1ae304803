import type { Pod } from 'kubernetes-types/core/v1.js';
import { removeContainer } from '../../../engine/containers/lifecycle/remove.ts';
import { renameContainer } from '../../../engine/containers/lifecycle/rename.ts';
import { isActive } from '../../../engine/containers/record/container.ts';
import type { LiveContainer } from '../../../engine/containers/record/live-container.ts';
import type { Engine } from '../../../engine/engine.ts';
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

/**
 * Makes the name of a container's current run free for the next. The last run stays, since users can
 * read its log; older ones are removed.
 */
export async function makeRoom(engine: Engine, pod: Stored<Pod>, container: string): Promise<void> {
  const name = engineName(pod, container);
  const holder = engine.containers.find(name);
  // A pod with this name that is gone.
  if (holder && podUidOf(holder.record) !== pod.metadata.uid) {
    if (podUidOf(holder.record) === undefined) return;
    await removeContainer(engine, holder, { force: true, volumes: true });
  }
  const [last, ...older] = runsOf(engine, pod, container);
  for (const run of older) await removeContainer(engine, run, { force: true, volumes: true });
  if (!last || last.record.name !== name) return;
  if (isActive(last.record)) await removeContainer(engine, last, { force: true, volumes: true });
  else await renameContainer(engine, last, `${name}_${restartsOf(last)}`);
}
