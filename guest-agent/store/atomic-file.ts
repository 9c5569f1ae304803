import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a whole file, so that a reader, or a boot after a power cut, sees either the old or the
 * new content: temporary file in the same directory, fsync, rename, fsync of the directory.
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  mode = 0o600,
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  // Opened first, so that a lack of descriptors or memory can't come between the rename and its sync.
  await using directory = await openDirectory(dirname(path));
  const file = await open(temporary, 'wx', mode);
  try {
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await directory?.sync();
}

/** Makes renames, links and unlinks in a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  await using directory = await openDirectory(path);
  await directory?.sync();
}

/** To sync it later. Windows can't sync directories. Only tests run this code there. */
export const openDirectory = async (path: string) =>
  process.platform === 'win32' ? undefined : open(path, 'r');
