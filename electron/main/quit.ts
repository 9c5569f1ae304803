import { dialog } from 'electron';
import type { ScreenHost } from '../host/screen/screen-host.ts';
import { countRunning, runningWords } from './running-containers.ts';

/** What happens to the VM when the app quits. */
export type Farewell = 'leave' | 'stop' | 'stay';

/**
 * Asks what to do with running containers, which can keep running without the app. Without any, the
 * VM is stopped and nobody is asked. `stay`: the person doesn't want to quit after all.
 */
export async function askFarewell({
  machine,
  engine,
}: Pick<ScreenHost, 'machine' | 'engine'>): Promise<Farewell> {
  const { state } = await machine.status();
  if (state !== 'running') return 'leave';
  const running = await countRunning({ engine });
  if (running === 0) return 'stop';
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: runningWords(running),
    detail:
      'They can keep running without the app, and Berth shows them again at the next start. ' +
      'If you stop the VM, they stop too.',
    buttons: ['Keep Running', 'Stop and Quit', 'Cancel'],
    defaultId: 0,
    cancelId: 2,
  });
  return (['leave', 'stop', 'stay'] as const)[response] ?? 'stay';
}
