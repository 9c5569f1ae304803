import type { Engine } from '../../engine.ts';
import type { LiveContainer } from '../record/live-container.ts';
import { restartCancelled } from '../record/transitions.ts';

/**
 * Ends a restart policy's wait: between two runs there is no process to be stopped. Does nothing
 * when the container isn't `restarting`; when the next run has just begun, it goes on.
 */
export async function cancelRestart(engine: Engine, container: LiveContainer): Promise<void> {
  if (container.record.state.status !== 'restarting') return;
  await container.lock.run(async () => {
    const { record } = container;
    if (record.state.status !== 'restarting') return;
    clearTimeout(container.restartTimer);
    await engine.containers.note(container, restartCancelled(record));
    container.announceExit({ exitCode: record.state.exitCode, error: record.state.error });
  });
}
