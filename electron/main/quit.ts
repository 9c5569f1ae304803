import { dialog } from 'electron';
import { loggerOf } from '../host/base/log.ts';
import { readContainers } from '../host/screen/containers.ts';
import type { ScreenHost } from '../host/screen/screen-host.ts';

const log = loggerOf('app');

/** What becomes of the machine when the app is quit. */
export type Farewell = 'leave' | 'stop' | 'stay';

/**
 * Asks what to do with containers that run; they can go on without the app. Without any, the
 * machine is stopped and nobody is asked. `stay`: the person does not want to quit after all.
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
      'They can go on without the app; the next start finds them again. ' +
      'Stopping the machine stops them.',
    buttons: ['Leave Running', 'Stop and Quit', 'Cancel'],
    defaultId: 0,
    cancelId: 2,
  });
  return (['leave', 'stop', 'stay'] as const)[response] ?? 'stay';
}
