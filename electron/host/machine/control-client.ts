import { once } from 'node:events';
import { existsSync, watch } from 'node:fs';
import type { MachineStatus } from '../../api/machine.ts';
import { awaitedElsewhere } from '../base/awaited-elsewhere.ts';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { mayStillRun } from '../base/process.ts';
import { consoleTail } from '../home/console.ts';
import { ensureMachineDirectory, requireMachine } from '../home/machine-directory.ts';
import { machinePaths } from '../home/paths.ts';
import { isSuspended } from '../home/saved-state.ts';
import { readLastStatus } from '../home/status-file.ts';
import { readSettingsOrDefaults, type SettingsStore } from '../settings/store.ts';
import { callSupervisor, NoSupervisorError } from './call.ts';
import type { MachineControl } from './control.ts';
import { followConsole } from './follow-console.ts';
import type { Request } from './protocol.ts';
import { createRenewal } from './renew.ts';
import { sshArguments } from './ssh-command.ts';
import { createSupervisorCalls } from './supervisor-calls.ts';

const log = loggerOf('machine');

export interface ControlClientOptions {
  readonly home: string;
  readonly name: string;
  /** The driver's name, for the status of a VM that was never started. */
  readonly driver: string;
  readonly settings: SettingsStore;
  /** The background process's program, run with this process's Node. */
  readonly supervisorEntry: string;
  /** Called once, if a call waits because the background process doesn't answer. */
  readonly onSilent?: () => void;
}

/** How long a VM without a background process counts as starting. */
const handOverMs = 60_000;

/** Calls the VM's background process, and starts one if needed. */
export function createMachineControl(options: ControlClientOptions): MachineControl {
  const { home, name } = options;
  const paths = machinePaths(home, name);

  const calls = createSupervisorCalls({ ...options, paths });
  const { call, callStarting } = calls;

  /** Hyper-V may still list a VM that is turned off, until its background process removes the VM. */
  const isListed = async () =>
    existsSync(paths.hypervisorPid) && (await readLastStatus(paths.status))?.driver === 'hyperv';

  /** Undefined if no background process answers. */
  const answeredStatus = async (): Promise<MachineStatus | undefined> => {
    try {
      return await call({ call: 'status' });
    } catch (error) {
      if (error instanceof NoSupervisorError) return undefined;
      throw error;
    }
  };

  const currentStatus = async (): Promise<MachineStatus> => {
    const answered = await answeredStatus();
    if (answered) return answered;
    const local = await localStatus();
    if (local.state !== 'failed') return local;
    // Another process may have taken over the VM between the call and the reading of the file.
    return (await answeredStatus()) ?? local;
  };

  const { supervisorEntry, settings } = options;
  const renew = createRenewal({ name, paths, settings, calls, supervisorEntry, currentStatus });

  /** Ends the VM. If no process owns the VM, a new background process takes it over first. */
  const end = async (request: Request, onStatus?: (status: MachineStatus) => void) => {
    const { state, asleep } = await currentStatus();
    if (state === 'stopped' && !asleep && !(await isListed())) return;
    await callStarting(request, onStatus);
  };

  /**
   * The background process of a sleeping VM was killed, so calls on the engine's socket fail until
   * there is another. Returns whether there is one now.
   */
  const restoreSleep = async (): Promise<boolean> => {
    try {
      await calls.spawn();
      return true;
    } catch (error) {
      log.warn('Restarting the background process of the sleeping VM', error);
      return false;
    }
  };

  const localStatus = async (): Promise<MachineStatus> => {
    const { cpus, memoryMiB, diskGiB } = await readSettingsOrDefaults(options.settings);
    const down = { name, driver: options.driver, cpus, memoryMiB, diskGiB };
    const last = await readLastStatus(paths.status);
    if (last?.state === 'failed') return { ...last, ...down };
    if (last?.asleep && (await restoreSleep())) return { ...down, state: 'stopped', asleep: true };
    // After a restart of the host, the process ID may belong to another process.
    const left = last?.pid !== undefined && (await mayStillRun(last.pid, paths.directory));
    if (!left) return { ...down, state: isSuspended(paths) ? 'suspended' : 'stopped' };
    const { handedOverAt, ...running } = last;
    // Another process is just being started.
    if (handedOverAt && Date.now() - Date.parse(handedOverAt) < handOverMs) {
      return { ...running, state: 'starting' };
    }
    const failure = {
      message: `The VM runs, but Berth's background process was killed`,
      hint: 'Start the VM: Berth takes over the running VM.',
      console: [],
    };
    return { ...running, state: 'failed', failure };
  };

  const control: MachineControl = {
    engineSocket: paths.engineSocket,

    status: async () => renew(await currentStatus()),

    async start(onStatus, signal) {
      signal?.throwIfAborted();
      await renew(await currentStatus());
      return (await callStarting({ call: 'start' }, onStatus, signal)) ?? control.status();
    },

    async suspend(onStatus) {
      const { state } = await currentStatus();
      if (state === 'suspended') return;
      if (state === 'stopped') {
        throw new HostError('machine-not-running', "The VM isn't running", {
          hint: 'You can suspend only a running VM.',
        });
      }
      await callStarting({ call: 'suspend' }, onStatus);
    },

    stop: (onStatus) => end({ call: 'stop' }, onStatus),

    async leave(onStatus) {
      const { state } = await currentStatus();
      if (state === 'suspended') return;
      // Background processes of earlier versions know only `stop`.
      const isSaved = state === 'suspending' || isSuspended(paths);
      await end({ call: isSaved ? 'leave' : 'stop' }, onStatus);
    },

    isSuspended: async () => isSuspended(paths),

    kill: () => end({ call: 'kill' }),

    watch: (signal) => watchStatus(signal),

    consoleLines: (limit) => consoleTail(paths.console, limit),

    async *followConsole(signal) {
      await ensureMachineDirectory(home, name);
      yield* followConsole(paths.console, signal);
    },

    publishedPorts: async () => (await calls.ask({ call: 'ports' }, 'ports')).ports,

    inGuest: (command) => calls.ask({ call: 'exec', command }, 'output'),

    sshCommand: async () => sshArguments(await calls.ask({ call: 'address' }, 'address'), paths),
  };

  const watchDirectory = async () => {
    await ensureMachineDirectory(home, name);
    try {
      return watch(paths.directory);
    } catch (error) {
      // The VM was just removed.
      requireMachine(home, name);
      throw error;
    }
  };

  /** Follows one background process after the other, and the status file in between. */
  async function* watchStatus(signal: AbortSignal): AsyncGenerator<MachineStatus> {
    // Otherwise, the call below reports the problem.
    await log.attempt('Looking for the background process', control.status());
    let last = '';
    const isNew = (status: MachineStatus) => {
      const previous = last;
      last = JSON.stringify(status);
      return last !== previous;
    };
    while (!signal.aborted) {
      // Looked up each time, because the VM may have been removed and created again.
      const watcher = await watchDirectory();
      try {
        // Start listening now, so that no change before the wait is missed.
        const change = once(watcher, 'change', { signal });
        awaitedElsewhere(change);
        try {
          const replies = callSupervisor(paths.controlSocket, { call: 'watch' }, { signal });
          for await (const reply of replies) {
            if (reply.reply === 'status' && isNew(reply.status)) yield reply.status;
          }
        } catch (error) {
          if (signal.aborted) return;
          if (!(error instanceof NoSupervisorError)) throw error;
        }
        const status = await localStatus();
        if (isNew(status)) yield status;
        await log.attempt('Waiting for a change', change);
      } finally {
        watcher.close();
      }
    }
  }

  return control;
}
