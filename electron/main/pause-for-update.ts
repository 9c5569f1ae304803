import { dialog } from 'electron';
import { reasonOf } from '../host/base/errors.ts';
import { loggerOf } from '../host/base/log.ts';
import type { ScreenHost } from '../host/screen/screen-host.ts';
import { countRunning, runningWords } from './running-containers.ts';

const log = loggerOf('app');

type UpdatedMachine = Pick<ScreenHost, 'machine' | 'engine'>;

/**
 * Stops the user's VMs before an installer replaces their files, and asks first if containers run
 * in them. False if the person cancels, or if a VM keeps running.
 */
export async function pauseForUpdate(hosts: readonly UpdatedMachine[]): Promise<boolean> {
  const active: UpdatedMachine[] = [];
  let running = 0;
  for (const host of hosts) {
    const { state } = await host.machine.status();
    if (state === 'stopped' || state === 'suspended' || state === 'failed') continue;
    active.push(host);
    running += await countRunning(host);
  }
  if (running > 0) {
    const { response } = await dialog.showMessageBox({
      type: 'question',
      message: runningWords(running),
      detail:
        'The update needs to stop the VM, and its containers stop too. Their data is kept. ' +
        'Start the VM again after the update.',
      buttons: ['Stop and Update', 'Cancel'],
      defaultId: 1,
      cancelId: 1,
    });
    if (response !== 0) return false;
  }
  try {
    await Promise.all(active.map(({ machine }) => machine.stop()));
    return true;
  } catch (error) {
    log.warn('Stopping a VM before an update', error);
    dialog.showErrorBox("Berth wasn't updated", `A VM can't be stopped: ${reasonOf(error)}`);
    return false;
  }
}
