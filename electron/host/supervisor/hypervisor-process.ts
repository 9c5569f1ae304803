import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { loggerOf } from '../base/log.ts';
import { commandLineOf, isAlive, waitUntilGone } from '../base/process.ts';
import { codeOf, unlessMissing } from '../base/system-error.ts';

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

/** Kills a process, unless it has already exited. */
export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

/**
 * The process ID in a hypervisor's file, if a process with this ID runs. It may be another program's
 * by now.
 */
export async function recordedProcess(pidFile: string): Promise<number | undefined> {
  const pid = Number(await readFile(pidFile, 'utf8').catch(unlessMissing));
  return pid > 0 && isAlive(pid) ? pid : undefined;
}

/**
 * Kills a hypervisor that can't be controlled, and waits for its end. `mark` is a part of its command
 * line: a process without it is another program, and stays.
 */
export async function killSilent(pid: number, mark: string): Promise<void> {
  if (!(await commandLineOf(pid)).includes(mark)) return;
  killProcess(pid);
  await waitUntilGone(pid);
}
