import { type FSWatcher, statSync, watch } from 'node:fs';
import * as z from 'zod';
import { HostError } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { lookAtOpenFile } from '../../base/look-at-open-file.ts';
import { readHypervisorLog } from '../../home/hypervisor-log.ts';
import { stoppedWords } from '../../hypervisor/qemu-log.ts';
import type { Qmp } from './qmp.ts';

const log = loggerOf('qemu');

/**
 * Run states that a VM doesn't recover from. `guest-panicked` is one of them: the VM has no device
 * to report its own panic, so the accelerator gave up.
 */
export const deadStates: readonly string[] = ['internal-error', 'guest-panicked'];

const runStateSchema = z.object({ status: z.string() });

/**
 * Calls `onFault` once, with text for the user, when the VM's processors have stopped for good,
 * according to QEMU or its log. QEMU itself stays paused until it is ended.
 */
export function watchHealth(
  qmp: Pick<Qmp, 'execute' | 'events' | 'closed'>,
  logPath: string,
  onFault: (reason: string) => Promise<void>,
  platform: NodeJS.Platform = process.platform,
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
      // A closed monitor has nothing to report; QEMU's exit is handled elsewhere.
      const isGone = error instanceof HostError && error.code === 'connection';
      if (!isGone) log.error("Watching QEMU's health", error);
    });
  };
  qmp.events.on('stop', tryToLook);
  const watcher = watchLog(logPath, tryToLook);
  let size = 0;
  const stopLooking = lookAtOpenFile(() => {
    const known = size;
    // A missing log has nothing to report.
    size = statSync(logPath, { throwIfNoEntry: false })?.size ?? 0;
    if (size !== known) tryToLook();
  }, platform);
  void qmp.closed.then(() => {
    watcher?.close();
    stopLooking();
  });
  // The VM may have stopped before this process connected.
  tryToLook();
}

/** Some QEMU versions write to the log, but neither pause nor exit. */
function watchLog(path: string, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(path, onChange);
    watcher.on('error', (error) => log.warn(`Watching ${path}`, error));
    return watcher;
  } catch (error) {
    // QEMU's events are enough if the log is missing or can't be watched.
    log.warn(`Watching ${path}`, error);
    return undefined;
  }
}
