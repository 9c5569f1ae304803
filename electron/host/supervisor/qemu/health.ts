import { type FSWatcher, watch } from 'node:fs';
import * as z from 'zod';
import { HostError } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { readHypervisorLog } from '../../home/hypervisor-log.ts';
import { stoppedWords } from '../../hypervisor/qemu-log.ts';
import type { Qmp } from './qmp.ts';

const log = loggerOf('qemu');

/**
 * Run states that a guest does not come back from. `guest-panicked` too: the guest has no device to
 * tell of a panic of its own, so the accelerator gave up.
 */
export const deadStates: readonly string[] = ['internal-error', 'guest-panicked'];

const runStateSchema = z.object({ status: z.string() });

/**
 * Calls `onFault` once, with words for people, as soon as the guest's processors have stopped for
 * good: QEMU says so, or its log does. QEMU itself stays, paused, until somebody ends it.
 */
export function watchHealth(
  qmp: Pick<Qmp, 'execute' | 'events' | 'closed'>,
  logPath: string,
  onFault: (reason: string) => Promise<void>,
): void {
  let found = false;
  const look = async () => {
    const { status } = runStateSchema.parse(await qmp.execute('query-status'));
    const words = stoppedWords(await readHypervisorLog(logPath));
    if (found || !(words || deadStates.includes(status))) return;
    found = true;
    await onFault(words ?? `QEMU reports the state "${status}"`);
  };
  const tryToLook = () => {
    look().catch((error) => {
      // A monitor that is gone has nothing to tell: the end of QEMU is seen to elsewhere.
      const isGone = error instanceof HostError && error.code === 'connection';
      if (!isGone) log.error("Watching QEMU's health", error);
    });
  };
  qmp.events.on('stop', tryToLook);
  const watcher = watchLog(logPath, tryToLook);
  void qmp.closed.then(() => watcher?.close());
  // It may have stopped before this process was connected.
  tryToLook();
}

/** Some QEMUs write to the log and neither stop nor end. */
function watchLog(path: string, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(path, onChange);
    watcher.on('error', (error) => log.warn(`${path} is no longer watched`, error));
    return watcher;
  } catch (error) {
    // QEMU's events are enough where there is no log, or no way to watch it.
    log.warn(`${path} is not watched`, error);
    return undefined;
  }
}
