import { constants } from 'node:fs';
import { lstat, open, readdir, rmdir, unlink } from 'node:fs/promises';
import { pathIn } from './tree.ts';

/** Removes a name (bytes in latin1) of an open directory and all below it; follows no link. */
export async function removeTree(directory: number, name: string): Promise<void> {
  const at = pathIn(directory, name);
  if (!(await lstat(at)).isDirectory()) return unlink(at);
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  {
    await using handle = await open(at, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    for (const child of await readdir(pathIn(handle.fd, '.'), { encoding: 'latin1' })) {
      await removeTree(handle.fd, child);
    }
  }
  await rmdir(at);
}
