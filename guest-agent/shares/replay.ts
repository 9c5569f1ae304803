import { constants } from 'node:fs';
import { lstat, mkdir, open, rmdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Change } from '../contract/changes.ts';
import { loadFileCalls, O_PATH, openInRoot, setModified } from '../runtime/file-calls.ts';

/**
 * Makes the kernel tell those who watch a shared folder (inotify) what the host has changed in it;
 * by itself it tells of what is done in the guest alone. No contents change:
 *
 * - changed, created: the file's time of modification is set to what it is (IN_MODIFY), and it is
 *   opened for writing and closed (IN_CLOSE_WRITE). For a new file that is so for its directory too
 *   (IN_MODIFY), upon which watchers that keep lists read it anew. Nothing raises IN_CREATE for a
 *   file that is there.
 * - removed: a directory of its name is made and removed again (IN_CREATE, IN_DELETE). It is there
 *   for a moment on the host too. A directory, as removing one can't take away a file that somebody
 *   makes there meanwhile.
 *
 * `root` is the share's mount point; links on the way are not followed out of it.
 */
export async function replay(
  root: string,
  { path, kind }: Pick<Change, 'path' | 'kind'>,
): Promise<void> {
  await loadFileCalls();
  const share = await open(root, O_PATH | constants.O_DIRECTORY);
  try {
    using parent = openInRoot(share.fd, dirname(path), O_PATH | constants.O_DIRECTORY);
    const directory = `/proc/self/fd/${parent.fd}`;
    const target = `${directory}/${basename(path)}`;
    if (kind === 'removed') {
      await mkdir(target, 0o700);
      await rmdir(target);
      return;
    }
    await touch(target);
    if (kind === 'created') await touch(`${directory}/.`);
  } catch (error) {
    // It has changed again since, and is told of again.
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['ENOENT', 'EEXIST', 'ENOTDIR', 'ELOOP', 'EROFS', 'EACCES', 'EPERM'].includes(code)) {
      throw error;
    }
  } finally {
    await share.close();
  }
}

async function touch(path: string): Promise<void> {
  const file = await lstat(path, { bigint: true });
  setModified(path, file.mtimeNs);
  if (!file.isFile()) return;
  const flags = constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  await (await open(path, flags)).close();
}
