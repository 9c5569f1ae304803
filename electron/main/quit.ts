import { dialog } from 'electron';
import { loggerOf } from '../host/base/log.ts';
import { readContainers } from '../host/screen/containers.ts';
import type { ScreenHost } from '../host/screen/screen-host.ts';

const log = loggerOf('app');

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
  const containers =
    (await log.attempt('Reading the containers', readContainers(engine), 'warn')) ?? [];
  const running = containers.filter((container) => container.state === 'running');
  if (running.length === 0) return 'stop';
  const some = running.length === 1 ? '1 container is' : `${running.length} containers are`;
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: `${some} running`,
    detail:
      'They can keep running without the app, and Berth shows them again at the next start. ' +
      'If you stop the VM, they stop too.',
    buttons: ['Keep Running', 'Stop and Quit', 'Cancel'],
    defaultId: 0,
    cancelId: 2,
  });
  return (['leave', 'stop', 'stay'] as const)[response] ?? 'stay';
}
