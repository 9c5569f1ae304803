import type { MachineStatus } from '../../api/machine.ts';
import { loggerOf } from '../base/log.ts';
import { waitUntilGone } from '../base/process.ts';
import type { MachinePaths } from '../home/paths.ts';
import { NoSupervisorError } from './call.ts';
import { describeProgram, isOutdated, supervisorPid } from './program.ts';
import type { SupervisorCalls } from './supervisor-calls.ts';

const log = loggerOf('machine');

export interface RenewOptions {
  readonly name: string;
  readonly paths: MachinePaths;
  readonly calls: SupervisorCalls;
  /** The program that a new background process would run. */
  readonly supervisorEntry: string;
  readonly currentStatus: () => Promise<MachineStatus>;
}

/**
 * Returns a function that replaces the background process if an update of Berth has replaced its
 * program, and returns the status afterwards. The VM and its containers keep running; open connections
 * to the engine end. The function looks at the program once, and doesn't reject.
 */
export function createRenewal(
  options: RenewOptions,
): (status: MachineStatus) => Promise<MachineStatus> {
  const { name, calls, supervisorEntry, currentStatus } = options;
  let isRenewed = false;
  return async (status) => {
    const isUp = status.state === 'running';
    // Without a program, nothing may run for a sleeping VM.
    if (isRenewed || !(isUp || (status.asleep && status.program))) return status;
    isRenewed = true;
    try {
      if (!isOutdated(status.program, await describeProgram(supervisorEntry))) return status;
      log.info(`The background process of VM "${name}" is replaced after an update`);
      await leaveVm(options);
      const renewed = await calls.callStarting({ call: isUp ? 'start' : 'status' });
      return renewed ?? (await currentStatus());
    } catch (error) {
      log.warn('Replacing the background process after an update', error);
      return currentStatus();
    }
  };
}

/** Ends the background process without the VM. */
async function leaveVm({ name, paths, calls }: RenewOptions): Promise<void> {
  try {
    await calls.call({ call: 'handOver' });
  } catch (error) {
    if (!(error instanceof NoSupervisorError)) throw error;
    // Versions before this call cut it off. Without its process, the VM runs on.
    const pid = await supervisorPid(paths, name);
    if (pid === undefined) return;
    process.kill(pid, 'SIGKILL');
    await waitUntilGone(pid);
  }
}
