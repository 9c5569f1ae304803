import { EngineError } from '../../errors.ts';
import { shown } from '../../store/tar/header.ts';

/** Go's words, which Docker's users know, for what a file system says about an archive's member. */
const WORDS: Readonly<Record<string, string>> = {
  E2BIG: 'argument list too long',
  EEXIST: 'file exists',
  EINVAL: 'invalid argument',
  EISDIR: 'is a directory',
  ELOOP: 'too many levels of symbolic links',
  EMLINK: 'too many links',
  ENAMETOOLONG: 'file name too long',
  ENOENT: 'no such file or directory',
  ENOTDIR: 'not a directory',
  ENOTEMPTY: 'directory not empty',
  EOPNOTSUPP: 'operation not supported',
  ENOTSUP: 'operation not supported',
  EPERM: 'operation not permitted',
  ERANGE: 'numerical result out of range',
  EXDEV: 'invalid cross-device link',
};

/**
 * Turns what the file system says about a member into EngineError 'invalid': the archive is at fault.
 * Throws other errors as they are, such as a full disk or a read-only file system.
 */
export function memberError(name: string, error: unknown): never {
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  // A file's attributes have little room, and the disk isn't full.
  const hasNoRoom = code === 'ENOSPC' && syscall === 'lsetxattr';
  const words = hasNoRoom ? 'too many extended attributes' : WORDS[code];
  if (words === undefined || error instanceof EngineError) throw error;
  const text = Buffer.from(shown(name), 'latin1').toString();
  throw new EngineError('invalid', `can't unpack ${text}: ${words}`, { cause: error });
}
