import { EngineError } from '../../../errors.ts';
import type { Engine } from '../../engine.ts';
import { removeSnapshot } from '../mounts/root-file-system.ts';
import { type ContainerRecord, hasProcess, isActive } from '../record/container.ts';
import { publishContainerEvent } from '../record/event.ts';
import type { LiveContainer } from '../record/live-container.ts';
import { removing } from '../record/transitions.ts';
import { volumeUsers } from '../record/volume-users.ts';
import { inVain, killRun } from './kill.ts';

export interface RemoveOptions {
  /** Kill the container first if it runs. */
  readonly force?: boolean;
  /** Remove its anonymous volumes too. */
  readonly volumes?: boolean;
}

/** Removes a container. Rejects with 'conflict' if the container runs and `force` isn't set. */
export async function removeContainer(
  engine: Engine,
  container: LiveContainer,
  options: RemoveOptions,
): Promise<void> {
  const { record } = container;
  if (isActive(record) && !options.force) {
    const advice =
      record.state.status === 'paused'
        ? 'container is paused and must be unpaused first'
        : 'stop the container before removing or force remove';
    throw new EngineError(
      'conflict',
      `cannot remove container "${record.name}": container is ${record.state.status}: ${advice}`,
    );
  }
  for (let removed = false; !removed; ) {
    if (hasProcess(container.record)) await endForRemoval(engine, container);
    removed = await container.lock.run(async () => {
      // The container may have been started during the wait.
      if (options.force && hasProcess(container.record)) return false;
      await removeLocked(engine, container, options);
      return true;
    });
  }
}

async function endForRemoval(engine: Engine, container: LiveContainer): Promise<void> {
  container.stopRequested = true;
  const { name } = container.record;
  await killRun(engine, container).catch(
    inVain(`cannot remove container "${name}": could not kill`),
  );
}

/** Removes a container without a process. The caller holds the lock. */
export async function removeLocked(
  engine: Engine,
  container: LiveContainer,
  options: RemoveOptions,
): Promise<void> {
  // `--rm` and a client's `rm -f` can both get here.
  if (engine.containers.find(container.id) !== container) return;
  if (hasProcess(container.record)) {
    throw new EngineError('conflict', `container ${container.id} was started again`);
  }
  clearTimeout(container.restartTimer);
  // Once marked, a removal that a crash interrupts is finished at the next start.
  await engine.containers.note(container, removing(container.record));
  await removeSnapshot(engine, container.id);
  await engine.containers.delete(container);
  engine.execs.removeOf(container.id);
  publishContainerEvent(engine, container.record, 'destroy');
  if (options.volumes) await removeAnonymousVolumes(engine, container.record);
  container.announceRemoved();
}

async function removeAnonymousVolumes(engine: Engine, record: ContainerRecord): Promise<void> {
  for (const { name, anonymous } of record.mounts) {
    if (!anonymous) continue;
    const users = () => volumeUsers(engine, name);
    if (users().length > 0) continue;
    await engine.volumes
      .remove(name, users)
      .catch((error) => engine.log(`removing volume ${name}`, error));
  }
}
