import { dialog } from 'electron';
import { reasonOf } from '../host/base/errors.ts';
import { loggerOf } from '../host/base/log.ts';
import { countRunning, runningWords } from './running-containers.ts';
import { type AppMachine, runningMachines } from './stop-running.ts';

const log = loggerOf('app');

/**
 * Stops the user's VMs before an installer replaces their files, and asks first if containers run
 * in them. False if the person cancels, or if a VM keeps running.
 */
export async function pauseForUpdate(hosts: readonly AppMachine[]): Promise<boolean> {
  const active = await runningMachines(hosts);
  let running = 0;
  for (const host of active) running += await countRunning(host);
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
