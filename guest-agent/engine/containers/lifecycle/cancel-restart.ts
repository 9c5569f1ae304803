import type { Engine } from '../../engine.ts';
import type { LiveContainer } from '../record/live-container.ts';

/**
 * Ends a restart policy's wait: between two runs there is no process to be stopped. Does nothing
 * when the container isn't `restarting`; when the next run has just begun, it goes on.
 */
export async function callOffRestart(engine: Engine, container: LiveContainer): Promise<void> {
  if (container.record.state.status !== 'restarting') return;
  await container.lock.run(async () => {
    const { record } = container;
    if (record.state.status !== 'restarting') return;
    clearTimeout(container.restartTimer);
    await engine.containers.note(container, {
      ...record,
      state: { ...record.state, status: 'exited', stoppedByHand: true },
    });
    container.announceExit({ exitCode: record.state.exitCode, error: record.state.error });
  });
}
