import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectQmp, type Qmp } from './qmp.ts';

/** How long QEMU may take to open its monitor. */
const launchTimeoutMs = 15_000;

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
