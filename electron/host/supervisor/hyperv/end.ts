import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { loggerOf } from '../../base/log.ts';
import { isAlive } from '../../base/process.ts';
import type { MachineExit } from '../machine.ts';
import type { PowerShell } from './powershell.ts';

const log = loggerOf('hyperv');

const lookMs = 200;

/** Resolves when the VM's process has exited. No event reports the end of a process with another owner. */
export async function processEnd(pid: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && isAlive(pid)) await sleep(lookMs, undefined, { ref: false });
}

/** Events of Hyper-V's worker log: how a VM ended. */
const ends: Readonly<Record<number, 'orderly' | 'reset'>> = {
  18502: 'orderly', // turned off
  18504: 'orderly', // shut down through the integration service
  18508: 'orderly', // shut down by the guest
  18510: 'orderly', // saved
  18560: 'reset', // triple fault
  18590: 'reset', // the guest reported a panic
};

const eventSchema = z.object({ event: z.number(), message: z.string() }).nullable();

/** How a VM ended whose process has exited without a request of ours. */
export async function exitOf(
  powershell: PowerShell,
  id: string,
  sinceMs: number,
): Promise<MachineExit> {
  const asked = powershell.call(
    'lastEvent',
    { id, sinceMs, ids: Object.keys(ends).map(Number) },
    eventSchema,
    15_000,
  );
  const found = await log.attempt("Reading Hyper-V's events", asked, 'warn');
  if (!found) {
    return { orderly: false, fault: 'unknown', reason: 'the VM’s process in Hyper-V ended' };
  }
  return { orderly: ends[found.event] === 'orderly', reason: found.message };
}
