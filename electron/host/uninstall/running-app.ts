import { open, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { commandLineOf } from '../base/process.ts';
import { codeOf, unlessMissing } from '../base/system-error.ts';

/**
 * Whether the desktop app runs, judging by the lock that Electron keeps in the folder of the app's
 * windows while the app runs.
 */
export async function isAppRunning(
  appData: string,
  platform: NodeJS.Platform = process.platform,
  commandLine = commandLineOf,
): Promise<boolean> {
  if (platform === 'win32') return isHeld(join(appData, 'lockfile'));
  // A link to HOST-PID. A killed app leaves the link, and another process may get the ID.
  const lock = await readlink(join(appData, 'SingletonLock')).catch(unlessMissing);
  const pid = Number(lock?.match(/-(\d+)$/)?.[1]);
  return pid > 0 && /berth/i.test((await commandLine(pid)) ?? '');
}

/** Whether another process has opened a file for itself alone, as only Windows allows. */
async function isHeld(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'r+').catch(unlessMissing);
    await file?.close();
    return false;
  } catch (error) {
    // Removing the folder reports any other problem.
    return codeOf(error) === 'EBUSY';
  }
}
