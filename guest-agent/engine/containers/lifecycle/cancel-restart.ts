import type { Engine } from '../../engine.ts';
import type { LiveContainer } from '../record/live-container.ts';
import { restartCancelled } from '../record/transitions.ts';

/**
 * Cancels the wait of a restart policy: between two runs there is no process to stop. Does nothing
 * if the container isn't `restarting`. If the next run has just begun, it continues.
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
