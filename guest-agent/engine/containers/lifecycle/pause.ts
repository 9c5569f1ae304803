import { EngineError } from '../../../errors.ts';
import type { Engine } from '../../engine.ts';
import { retryAfterExit } from '../process/retry-after-exit.ts';
import type { ContainerRecord } from '../record/container.ts';
import { publishContainerEvent } from '../record/event.ts';
import type { LiveContainer } from '../record/live-container.ts';
import { paused, unpaused } from '../record/transitions.ts';

/** Freezes all processes of a container (cgroup v2 freezer). */
export async function pauseContainer(engine: Engine, container: LiveContainer): Promise<void> {
  const pause = async () => {
    const { status } = container.record.state;
    if (status === 'paused') {
      throw new EngineError('conflict', `Container ${container.id} is already paused`);
    }
    if (status !== 'running') {
      throw new EngineError('conflict', `container ${container.id} is not running`);
    }
    await engine.crun.pause(container.id);
    await engine.containers.save(container, paused(container.record));
    publishContainerEvent(engine, container.record, 'pause');
  };
  await retryAfterExit(engine, container, () => container.lock.run(pause));
}

export async function unpauseContainer(engine: Engine, container: LiveContainer): Promise<void> {
  const unpause = async () => {
    if (container.record.state.status !== 'paused') {
      throw new EngineError('conflict', `Container ${container.id} is not paused`);
    }
    await engine.crun.resume(container.id);
    await engine.containers.save(container, unpaused(container.record));
    publishContainerEvent(engine, container.record, 'unpause');
  };
  await retryAfterExit(engine, container, () => container.lock.run(unpause));
}

/**
 * Works on a container's files while its processes are frozen and nobody can start or remove it.
 * The record doesn't change: if the agent crashes meanwhile, recovery thaws the container.
 */
export async function whileFrozen<T>(
  engine: Engine,
  container: LiveContainer,
  work: () => Promise<T>,
): Promise<T> {
  return container.lock.run(async () => {
    // The container may have been removed during the wait.
    const { id, record } = engine.containers.get(container.id);
    if (record.state.status !== 'running' || !(await froze(engine, record))) return work();
    publishContainerEvent(engine, record, 'pause');
    try {
      return await work();
    } finally {
      // The container may have been killed.
      await engine.crun.resume(id).catch((error) => engine.log(`thawing ${id}`, error));
      publishContainerEvent(engine, record, 'unpause');
    }
  });
}

/** False if the process has just exited: then nothing changes its files any more. */
async function froze(engine: Engine, { id, state }: ContainerRecord): Promise<boolean> {
  try {
    await engine.crun.pause(id);
    return true;
  } catch (error) {
    if (await engine.processes.hasEnded(state.pid)) return false;
    throw error;
  }
}
