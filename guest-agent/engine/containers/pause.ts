import { EngineError } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import type { ContainerStatus } from './container.ts';
import { publishContainerEvent } from './event.ts';
import type { LiveContainer } from './live-container.ts';

/** Freezes every process of a container (cgroup v2 freezer). */
export async function pauseContainer(engine: Engine, container: LiveContainer): Promise<void> {
  await container.lock.run(async () => {
    const { status } = container.record.state;
    if (status === 'paused') {
      throw new EngineError('conflict', `Container ${container.id} is already paused`);
    }
    if (status !== 'running') {
      throw new EngineError('conflict', `container ${container.id} is not running`);
    }
    await engine.crun.pause(container.id);
    await setStatus(engine, container, 'paused');
    publishContainerEvent(engine, container.record, 'pause');
  });
}

export async function unpauseContainer(engine: Engine, container: LiveContainer): Promise<void> {
  await container.lock.run(async () => {
    if (container.record.state.status !== 'paused') {
      throw new EngineError('conflict', `Container ${container.id} is not paused`);
    }
    await engine.crun.resume(container.id);
    await setStatus(engine, container, 'running');
    publishContainerEvent(engine, container.record, 'unpause');
  });
}

async function setStatus(
  engine: Engine,
  container: LiveContainer,
  status: ContainerStatus,
): Promise<void> {
  const { record } = container;
  await engine.containers.save(container, { ...record, state: { ...record.state, status } });
}
