import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { awaitedElsewhere } from '../base/awaited-elsewhere.ts';
import { HostError } from '../base/errors.ts';
import { rotateLog } from '../base/log-file.ts';
import type { MachinePaths } from '../home/paths.ts';
import { findResource, nodePackageName } from '../home/resources.ts';

/** The Node that ships with the app, because the app's own binary can't act as Node. */
const node = process.platform === 'win32' ? 'node.exe' : 'node';
const carriedNode = join('node', node);
/** npm's Node, for the app in a checkout: Electron's binary would start another app. */
const npmPackage = nodePackageName(process.platform, process.arch);
const checkoutNode = join('node_modules', npmPackage, 'bin', node);

function nodeProgram(): string {
  const carried = findResource(carriedNode);
  if (carried) return carried;
  const own = 'electron' in process.versions ? findResource(checkoutNode) : undefined;
  return own ?? process.execPath;
}

/** How long the background process may take to serve callers. It may have to take over a VM. */
const patienceMs = 120_000;

/**
 * Starts a background process that outlives this process. The VM's directory must exist. Resolves
 * when the process serves callers, or has exited because another one does.
 */
export async function spawnSupervisor(
  entry: string,
  machine: { readonly home: string; readonly name: string; readonly paths: MachinePaths },
): Promise<void> {
  const { supervisorLog } = machine.paths;
  rotateLog(supervisorLog);
  // For output that bypasses the log: warnings of Node, and fatal errors.
  const log = await open(supervisorLog, 'a', 0o600);
  try {
    const child = spawn(nodeProgram(), [entry, machine.name], {
      detached: true,
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
      windowsHide: true,
      env: {
        ...process.env,
        BERTH_HOME: machine.home,
        // Each name lookup blocks a thread.
        UV_THREADPOOL_SIZE: '16',
      },
    });
    const ready = once(child, 'message');
    const ended = once(child, 'exit').then(([code]) => {
      if (code !== 0) throw new Error(`it exited with code ${code}`);
    });
    awaitedElsewhere(ready);
    awaitedElsewhere(ended);
    const late = sleep(patienceMs, undefined, { ref: false }).then(() => {
      throw new Error(`it didn't answer within ${patienceMs / 1000} s`);
    });
    await Promise.race([ready, ended, late]);
    if (child.connected) child.disconnect();
    // Not earlier: a caller without other work would exit while it waits.
    child.unref();
  } catch (cause) {
    throw new HostError('internal', `Can't start Berth's background process: ${cause}`, {
      hint: `For the reason, see ${supervisorLog}.`,
      cause,
    });
  } finally {
    await log.close();
  }
}
