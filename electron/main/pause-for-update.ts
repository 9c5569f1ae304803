import { dialog } from 'electron';
import { reasonOf } from '../host/base/errors.ts';
import { loggerOf } from '../host/base/log.ts';
import { countRunning, runningWords } from './running-containers.ts';
import { type AppMachine, runningMachines } from './stop-running.ts';

const log = loggerOf('app');

/**
 * Stops the user's VMs before an installer replaces their files, and asks first if containers run
 * in them or a VM is suspended. False if the person cancels, or if a VM keeps running.
 */
export async function pauseForUpdate(hosts: readonly AppMachine[]): Promise<boolean> {
  const active = await runningMachines(hosts);
  let running = 0;
  let suspended = 0;
  for (const host of active) running += await countRunning(host);
  for (const { machine } of hosts) {
    if (await machine.isSuspended()) suspended += 1;
  }
  if (running + suspended > 0 && !(await askToUpdate(running, suspended))) return false;
  try {
    await Promise.all(active.map(({ machine }) => machine.leave()));
    return true;
  } catch (error) {
    log.warn('Stopping a VM before an update', error);
    dialog.showErrorBox("Berth wasn't updated", `A VM can't be stopped: ${reasonOf(error)}`);
    return false;
  }
}

async function askToUpdate(running: number, suspended: number): Promise<boolean> {
  const reasons = [
    running > 0 &&
      'The update needs to stop the VM, and its containers stop too. Their data is kept. ' +
        'Start the VM again after the update.',
    suspended > 0 &&
      "A suspended VM can't resume with the new version's VM image. It starts as after a power cut: " +
        'its disks are kept, but what was running is lost. To keep that, cancel, then start the VM and stop it.',
  ];
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: running > 0 ? runningWords(running) : suspendedWords(suspended),
    detail: reasons.filter(Boolean).join('\n\n'),
    buttons: [running > 0 ? 'Stop and Update' : 'Update', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
  });
  return response === 0;
}

const suspendedWords = (count: number) =>
  count === 1 ? '1 VM is suspended' : `${count} VMs are suspended`;
