import { constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, rmdir, unlink } from 'node:fs/promises';
import { isMountPoint } from '../../runtime/files/file-calls.ts';
import { pathIn } from './tree.ts';

/**
 * Removes a name (bytes in latin1) of an open directory and everything below it. Follows no link.
 * If something is mounted there, rejects with code EBUSY and removes nothing.
 */
export async function removeTree(directory: number, name: string): Promise<void> {
  await refuseMounts(directory, name);
  await remove(directory, name);
}

/** Throws with code EBUSY if something is mounted at a name of an open directory. */
export function refuseMount(directory: number, name: string): void {
  if (!isMountPoint(directory, Buffer.from(name, 'latin1'))) return;
  throw Object.assign(new Error(`unlinkat ${name}: device or resource busy`), { code: 'EBUSY' });
}

async function refuseMounts(directory: number, name: string): Promise<void> {
  refuseMount(directory, name);
  if (!(await lstat(pathIn(directory, name))).isDirectory()) return;
  await using folder = await openFolder(directory, name);
  for (const child of await namesIn(folder)) await refuseMounts(folder.fd, child);
}

async function remove(directory: number, name: string): Promise<void> {
  const at = pathIn(directory, name);
  if (!(await lstat(at)).isDirectory()) return unlink(at);
  {
    await using folder = await openFolder(directory, name);
    for (const child of await namesIn(folder)) await remove(folder.fd, child);
  }
  await rmdir(at);
}

function openFolder(directory: number, name: string): Promise<FileHandle> {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  return open(pathIn(directory, name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

const namesIn = ({ fd }: FileHandle) => readdir(pathIn(fd, '.'), { encoding: 'latin1' });
