import { constants } from 'node:fs';
import { type FileHandle, open, readlink } from 'node:fs/promises';
import { EngineError } from '../errors.ts';

/** open(2): a descriptor that only names a file, so that opening a pipe or device has no effect. */
const O_PATH = 0o10000000;

/**
 * Opens `path` only if it is `root` or inside it, whatever links others put in the way meanwhile. The
 * file can be mounted as `/proc/PID/fd/N`. `isAllowed` can refuse what the path is by then. Throws
 * EngineError 'invalid'.
 */
export async function openWithin(
  root: string,
  path: string,
  isAllowed: (real: string) => boolean = () => true,
): Promise<FileHandle> {
  const file = await open(path, O_PATH | constants.O_NOFOLLOW).catch((cause) => {
    throw new EngineError('invalid', `cannot access path ${path}: no such file or directory`, {
      cause,
    });
  });
  try {
    const real = await readlink(`/proc/self/fd/${file.fd}`);
    if (`${real}/`.startsWith(`${root}/`) && isAllowed(real)) return file;
    throw new EngineError('invalid', `cannot access path ${path}: it is not in ${root}`);
  } catch (error) {
    await file.close();
    throw error;
  }
}
