import { renameSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from './system-error.ts';

/**
 * On Windows, a file that another program has open can't be renamed or replaced. Virus scanners and
 * the indexer open new files for a moment.
 */
const inUse = ['EPERM', 'EACCES', 'EBUSY'];

/** The waits between attempts, in milliseconds: about two seconds in all. */
const waitsMs = [10, 20, 50, 100, 200, 400, 600, 600];

const isInUse = (error: unknown, platform: NodeJS.Platform) =>
  platform === 'win32' && inUse.includes(codeOf(error) ?? '');

/** Renames a file or folder and replaces an existing file. On Windows, waits while it is in use. */
export async function moveFile(
  from: string,
  to: string,
  platform = process.platform,
  move: (from: string, to: string) => Promise<void> = rename,
): Promise<void> {
  for (const wait of waitsMs) {
    try {
      return await move(from, to);
    } catch (error) {
      if (!isInUse(error, platform)) throw error;
      await sleep(wait);
    }
  }
  await move(from, to);
}

/** The synchronous version, which blocks the process while it waits. */
export function moveFileSync(from: string, to: string, platform = process.platform): void {
  for (const wait of waitsMs) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      if (!isInUse(error, platform)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait);
    }
  }
  renameSync(from, to);
}
