import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { moveFile, moveFileSync } from './move-file.ts';

/**
 * Writes a whole file, owner-only by default. Readers, and a host that loses power, see either the
 * old content or the new: the data goes to a temporary file, is synced, and is renamed.
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  mode = 0o600,
): Promise<void> {
  await fillFileAtomic(path, (file) => file.writeFile(data), mode);
}

/** The same for content that `fill` writes in parts, such as a disk. */
export async function fillFileAtomic(
  path: string,
  fill: (file: FileHandle) => Promise<void>,
  mode = 0o600,
): Promise<void> {
  const temporary = temporaryName(path);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await fill(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await moveFile(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
}

/**
 * The synchronous version, for a process that may exit at any moment, such as an app that quits.
 */
export function writeFileAtomicSync(path: string, data: string, mode = 0o600): void {
  const temporary = temporaryName(path);
  try {
    const file = openSync(temporary, 'wx', mode);
    try {
      writeFileSync(file, data);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    moveFileSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

const temporaryName = (path: string) => `${path}.${randomBytes(6).toString('hex')}.tmp`;

/**
 * Removes a file if it exists, and syncs its directory so that the file stays removed after a power
 * failure.
 */
export async function removeDurably(path: string): Promise<void> {
  await rm(path, { force: true });
  await syncDirectory(dirname(path));
}

/**
 * Removes temporary files of writers that were killed. The caller must be the directory's only
 * writer.
 */
export async function removeTemporaryFiles(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (name.endsWith('.tmp')) await rm(join(directory, name), { force: true });
  }
}

async function syncDirectory(path: string): Promise<void> {
  // Windows can't open a directory, but NTFS journals renames.
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
