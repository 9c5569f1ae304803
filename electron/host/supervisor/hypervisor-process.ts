import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { HostError, reasonOf } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { commandLineOf, isAlive, killProcess, waitUntilGone } from '../base/process.ts';
import { isMissing } from '../base/system-error.ts';

const log = loggerOf('hypervisor');

/** How an exiting child process ended. */
export async function endOf(child: ChildProcess) {
  if (child.exitCode === null && child.signalCode === null) {
    const patience = AbortSignal.timeout(1_000);
    // Without it, the reason is only less precise.
    await log.attempt('Waiting for the process to exit', once(child, 'exit', { signal: patience }));
  }
  return { code: child.exitCode, signal: child.signalCode };
}

/**
 * The process ID in a hypervisor's file, if a process with this ID runs. It may be another program's
 * by now. Rejects with HostError if the file can't be read.
 */
export async function recordedProcess(pidFile: string): Promise<number | undefined> {
  const text = await readFile(pidFile, 'utf8').catch((error) => {
    if (!isMissing(error)) throw unknownState(error);
  });
  const pid = Number(text);
  return pid > 0 && isAlive(pid) ? pid : undefined;
}

/**
 * Kills a hypervisor that can't be controlled, and waits for its end. `mark` is a part of its command
 * line: a process without it is another program, and stays. Rejects with HostError if the system
 * doesn't tell whose process it is: the VM may run.
 */
export async function killSilent(pid: number, mark: string): Promise<void> {
  const line = await commandLineOf(pid);
  if (line === undefined) {
    throw new HostError('machine-failed', `The VM's process (${pid}) may run, but doesn't answer`, {
      hint: `If process ${pid} is the VM's hypervisor, end the process. Or restart your Mac or PC.`,
    });
  }
  if (!line.includes(mark)) return;
  killProcess(pid);
  await waitUntilGone(pid);
}

/** Nothing may be done to a VM that may run. */
function unknownState(cause: unknown): HostError {
  return new HostError('machine-failed', `Can't find out whether the VM runs: ${reasonOf(cause)}`, {
    hint: "Check that you can read and write the files in the VM's folder, then try again.",
    cause,
  });
}
