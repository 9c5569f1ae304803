import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { loggerOf } from '../base/log.ts';
import { codeOf } from '../base/system-error.ts';

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
