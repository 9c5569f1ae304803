import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { loggerOf } from '../../base/log.ts';
import { codeOf } from '../../base/system-error.ts';
import { connectQmp, type Qmp } from './qmp.ts';

const log = loggerOf('qemu');

/** How long QEMU may take to open its monitor. */
const launchTimeoutMs = 15_000;

/** How an exiting child process ended. */
export async function endOf(child: ChildProcess) {
  if (child.exitCode === null && child.signalCode === null) {
    const patience = AbortSignal.timeout(1_000);
    // Without it, the reason is only less precise.
    await log.attempt('Waiting for the process to exit', once(child, 'exit', { signal: patience }));
  }
  return { code: child.exitCode, signal: child.signalCode };
}

/** Retries until QEMU listens, because no event reports that. */
export async function openMonitor(dial: () => Promise<Socket>, signal: AbortSignal): Promise<Qmp> {
  const deadline = Date.now() + launchTimeoutMs;
  for (;;) {
    try {
      return await connectQmp(await dial());
    } catch (error) {
      if (signal.aborted || Date.now() > deadline) throw error;
      await sleep(25);
    }
  }
}

/** Kills a process, unless it has already exited. */
export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}
