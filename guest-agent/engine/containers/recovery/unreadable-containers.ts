import { EngineError } from '../../../errors.ts';
import { monitorPid } from '../../../runtime/conmon/conmon.ts';
import type { Engine } from '../../engine.ts';
import { removeSnapshot } from '../mounts/root-file-system.ts';
import { removeBundle } from '../process/bundle.ts';
import { hasProcess } from '../record/container.ts';
import type { LiveContainer } from '../record/live-container.ts';
import { adopted } from '../record/transitions.ts';

/*
 * Containers with damaged records. Only a command of the user stops such a container or removes its
 * files.
 */

/**
 * A record's previous version may not say that the container runs. Marks such containers as
 * running, so that they are recovered like all others.
 */
export async function adoptRestored(engine: Engine): Promise<void> {
  for (const container of engine.containers.all()) {
    if (!engine.containers.isRestored(container) || hasProcess(container.record)) continue;
    await adopt(engine, container).catch((error) =>
      engine.log(`recovering container ${container.id}`, error),
    );
  }
}

async function adopt(engine: Engine, container: LiveContainer): Promise<void> {
  const { containers, crun, directories, bootId } = engine;
  const process = await crun.state(container.id);
  if (process?.status !== 'running' && process?.status !== 'paused') return;
  const { status, pid } = process;
  const { record } = container;
  const monitor = await monitorPid(directories.bundle(container.id)).catch((error) => {
    engine.log(`looking for the monitor of ${container.id}`, error);
    return 0;
  });
  await containers.note(
    container,
    adopted(record, { status, pid, monitorPid: monitor, bootId }, new Date()),
  );
}

/**
 * Removes the remains of a run without a record. Keeps a container whose record can't be read, and
 * a running container whose record is gone.
 */
export async function removeLeftovers(engine: Engine, id: string): Promise<void> {
  const { containers, crun } = engine;
  if (containers.unreadable.has(id)) return;
  const process = await crun.state(id);
  // A container that was created but not started remained from an interrupted start.
  if (process?.status === 'running' || process?.status === 'paused') containers.noteUnreadable(id);
  else await removeUnknown(engine, id);
}

/** Removes the remains of a run whose container is gone. */
async function removeUnknown(engine: Engine, id: string): Promise<void> {
  await engine.crun.delete(id);
  await engine.networks.driver.removeNamespace(engine.directories.networkNamespace(id));
  await removeBundle(engine, id);
}

/**
 * Removes a container whose record can't be read, on the user's command. Returns false if
 * `reference` doesn't name such a container. Rejects with EngineError 'conflict' without `force`,
 * since the container may be running.
 */
export async function removeUnreadable(
  engine: Engine,
  reference: string,
  { force = false }: { readonly force?: boolean },
): Promise<boolean> {
  const { containers } = engine;
  const id = containers.find(reference) ? undefined : containers.unreadable.find(reference);
  if (id === undefined) return false;
  if (!force) {
    throw new EngineError(
      'conflict',
      `cannot remove container "${reference}": its record can't be read. To delete the container and all its files, run: berth rm --force ${id.slice(0, 12)}`,
    );
  }
  await removeUnknown(engine, id);
  await removeSnapshot(engine, id);
  await containers.deleteUnreadable(id);
  // Publishes an event so that image layers which were kept for the container can be removed.
  engine.events.publish({ type: 'container', action: 'destroy', id, attributes: {} });
  return true;
}
