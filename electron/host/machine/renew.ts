import type { MachineStatus, SupervisorProgram } from '../../api/machine.ts';
import { loggerOf } from '../base/log.ts';
import { killProcess, waitUntilGone } from '../base/process.ts';
import { readLaunch } from '../home/launch-record.ts';
import type { MachinePaths } from '../home/paths.ts';
import { readSettingsOrDefaults, type SettingsStore } from '../settings/store.ts';
import { NoSupervisorError } from './call.ts';
import { describeProgram, isOutdated, supervisorPid } from './program.ts';
import type { SupervisorCalls } from './supervisor-calls.ts';

const log = loggerOf('machine');

export interface RenewOptions {
  readonly name: string;
  readonly paths: MachinePaths;
  readonly settings: SettingsStore;
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
    // A VM that is busy or doesn't answer may not be taken over in time.
    if (status.engineNotAnsweringSince || status.adjusting) return status;
    isRenewed = true;
    try {
      if (!isOutdated(status.program, await describeProgram(supervisorEntry))) return status;
      // Containers would lose these folders. The VM's next start gets the new program.
      if (isUp && (await sharesOverSftp(options))) return status;
      log.info(`The background process of VM "${name}" is replaced after an update`);
      await leaveVm(options, status.program);
      const renewed = await calls.callStarting({ call: isUp ? 'start' : 'status' });
      return renewed ?? (await currentStatus());
    } catch (error) {
      log.warn('Replacing the background process after an update', error);
      return currentStatus();
    }
  };
}

/** Whether the running VM's shared folders come from the background process. */
async function sharesOverSftp({ paths, settings }: RenewOptions): Promise<boolean> {
  const { sharedFolders } = await readSettingsOrDefaults(settings);
  if (sharedFolders.length === 0) return false;
  const { sharing } = (await readLaunch(paths)) ?? {};
  return sharing === 'sftp' || (sharing === undefined && process.platform !== 'linux');
}

/** Ends the background process that runs `program`, without the VM. */
async function leaveVm(
  { name, paths, calls }: RenewOptions,
  program: SupervisorProgram | undefined,
): Promise<void> {
  // Read first: afterwards, the process may be one that another client has started.
  const pid = program ? undefined : await supervisorPid(paths, name);
  try {
    await calls.call({ call: 'handOver', ...(program && { from: program }) });
  } catch (error) {
    if (!(error instanceof NoSupervisorError)) throw error;
    // Otherwise, another client is replacing the process: the process knows the call.
    if (pid === undefined || !(await isFromBeforeHandOver(calls))) return;
    // Without its process, the VM runs on.
    killProcess(pid);
    await waitUntilGone(pid);
  }
}

/** Versions before the call `handOver` cut the call off, and don't report their program. */
async function isFromBeforeHandOver(calls: SupervisorCalls): Promise<boolean> {
  try {
    const status = await calls.call({ call: 'status' });
    return status !== undefined && status.program === undefined;
  } catch (error) {
    if (error instanceof NoSupervisorError) return false;
    throw error;
  }
}
