import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { awaitedElsewhere } from '../base/awaited-elsewhere.ts';
import { HostError } from '../base/errors.ts';
import { rotateLog } from '../base/log-file.ts';
import type { MachinePaths } from '../home/paths.ts';
import { findResource } from '../home/resources.ts';

/** The Node that the app carries: its own binary refuses to be one. */
const carriedNode = join('node', process.platform === 'win32' ? 'node.exe' : 'node');

/** How long a supervisor may take until it serves callers: it may have to take a VM over. */
const patienceMs = 120_000;

/**
 * Starts a supervisor that outlives this process; the machine's directory must be there. Resolves once it serves callers, or has ended
 * because another one does.
 */
export async function spawnSupervisor(
  entry: string,
  machine: { readonly home: string; readonly name: string; readonly paths: MachinePaths },
): Promise<void> {
  const { supervisorLog } = machine.paths;
  rotateLog(supervisorLog);
  // For what the process says that isn't through its log: warnings of Node, and its last words.
  const log = await open(supervisorLog, 'a', 0o600);
  try {
    const child = spawn(findResource(carriedNode) ?? process.execPath, [entry, machine.name], {
      detached: true,
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
      windowsHide: true,
      env: {
        ...process.env,
        BERTH_HOME: machine.home,
        // A lookup of a name keeps a thread for as long as it takes.
        UV_THREADPOOL_SIZE: '16',
      },
    });
    const ready = once(child, 'message');
    const ended = once(child, 'exit').then(([code]) => {
      if (code !== 0) throw new Error(`it ended with exit code ${code}`);
    });
    awaitedElsewhere(ready);
    awaitedElsewhere(ended);
    const late = sleep(patienceMs, undefined, { ref: false }).then(() => {
      throw new Error(`it did not answer within ${patienceMs / 1000} s`);
    });
    await Promise.race([ready, ended, late]);
    if (child.connected) child.disconnect();
    // Not before: a caller with nothing else to do would end while it waits.
    child.unref();
  } catch (cause) {
    throw new HostError('internal', `The machine's supervisor cannot be started: ${cause}`, {
      hint: `Its log is ${supervisorLog}.`,
      cause,
    });
  } finally {
    await log.close();
  }
}
