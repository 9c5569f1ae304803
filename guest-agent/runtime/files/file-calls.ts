import { closeSync, constants as fileConstants } from 'node:fs';
import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';
import type { KoffiFunc } from 'koffi';

/** A path as bytes, or as UTF-8 text. */
export type FilePath = Buffer | string;

interface FileCalls {
  llistxattr: KoffiFunc<(path: Buffer, list: Buffer | null, size: number) => number | bigint>;
  lgetxattr: KoffiFunc<
    (path: Buffer, name: string, value: Buffer | null, size: number) => number | bigint
  >;
  lsetxattr: KoffiFunc<
    (path: Buffer, name: string, value: Buffer, size: number, flags: number) => number
  >;
  mknod: KoffiFunc<(path: Buffer, mode: number, device: number | bigint) => number>;
  openat2: KoffiFunc<
    (call: number, directory: number, path: Buffer, how: Buffer, size: number) => number | bigint
  >;
  errno: () => number;
}

let calls: FileCalls | undefined;

/** Await this once before the other calls of this file. Loads the native module on first use. */
export async function loadFileCalls(): Promise<void> {
  if (calls !== undefined) return;
  const { default: koffi } = await import('koffi');
  const libc = koffi.load('libc.so.6');
  calls = {
    llistxattr: libc.func('int64_t llistxattr(void *path, void *list, size_t size)'),
    lgetxattr: libc.func(
      'int64_t lgetxattr(void *path, const char *name, void *value, size_t size)',
    ),
    lsetxattr: libc.func(
      'int lsetxattr(void *path, const char *name, void *value, size_t size, int flags)',
    ),
    mknod: libc.func('int mknod(void *path, unsigned int mode, uint64_t device)'),
    // Variadic in C. With only integers and pointers, the call is the same.
    openat2: libc.func(
      'int64_t syscall(int64_t call, int directory, void *path, void *how, size_t size)',
    ),
    errno: () => koffi.errno(),
  };
}

/** The limit for Linux's lists and values in bytes (XATTR_SIZE_MAX). */
const MAX_XATTR_BYTES = 65536;

/** The names of a file's extended attributes. Doesn't follow links. Empty if not supported. */
export function listXattrs(path: FilePath): string[] {
  const { llistxattr, errno } = loaded();
  const length = Number(llistxattr(terminated(path), null, 0));
  if (length === 0) return [];
  if (length < 0) {
    if (errno() === constants.errno.EOPNOTSUPP) return [];
    throw systemError('llistxattr', errno(), path);
  }
  const list = Buffer.alloc(MAX_XATTR_BYTES);
  const read = Number(llistxattr(terminated(path), list, list.length));
  if (read < 0) throw systemError('llistxattr', errno(), path);
  return list
    .toString('latin1', 0, read)
    .split('\0')
    .filter((name) => name !== '');
}

/** Undefined if the file doesn't have the attribute. */
export function readXattr(path: FilePath, name: string): Buffer | undefined {
  const { lgetxattr, errno } = loaded();
  const value = Buffer.alloc(MAX_XATTR_BYTES);
  const size = Number(lgetxattr(terminated(path), name, value, value.length));
  if (size >= 0) return value.subarray(0, size);
  const code = errno();
  if (code === constants.errno.ENODATA || code === constants.errno.EOPNOTSUPP) return undefined;
  throw systemError('lgetxattr', code, path);
}

export function writeXattr(path: FilePath, name: string, value: Buffer): void {
  const { lsetxattr, errno } = loaded();
  if (lsetxattr(terminated(path), name, value, value.length, 0) !== 0) {
    throw systemError('lsetxattr', errno(), path);
  }
}

/** mknod(2): a device, or a fifo with device 0, 0. `mode` includes the type. */
export function makeNode(
  path: FilePath,
  mode: number,
  [major, minor]: readonly [major: number, minor: number],
): void {
  const { mknod, errno } = loaded();
  // gnu_dev_makedev
  const device =
    (BigInt(minor) & 0xffn) |
    ((BigInt(major) & 0xfffn) << 8n) |
    ((BigInt(minor) & ~0xffn) << 12n) |
    ((BigInt(major) & ~0xfffn) << 32n);
  if (mknod(terminated(path), mode, device) !== 0) throw systemError('mknod', errno(), path);
}

/** The major and minor number of a device, from `st_rdev`. */
export function deviceNumbers(rdev: bigint): readonly [major: number, minor: number] {
  return [
    Number(((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & ~0xfffn)),
    Number((rdev & 0xffn) | ((rdev >> 12n) & ~0xffn)),
  ];
}

/** A file descriptor, closed when disposed of. */
export interface OpenFile extends Disposable {
  readonly fd: number;
}

/** A flag of open(2) without a name in Node: the descriptor only marks a place in the tree. */
export const O_PATH = 0o10000000;

/** The number is the same on all architectures. */
const SYS_OPENAT2 = 437;
/** linux/openat2.h */
const RESOLVE_NO_XDEV = 0x01n;
const RESOLVE_NO_MAGICLINKS = 0x02n;
const RESOLVE_IN_ROOT = 0x10n;
/** The kernel asks for another try if a rename happens at the same time. */
const MAX_TRIES = 64;

/**
 * openat2(2) with `directory` as the root. The kernel resolves symbolic links and `..` as for a
 * process with that root, and in one step, so that nobody can replace a directory with a link
 * meanwhile. `flags` are open(2)'s.
 */
export function openInRoot(directory: number, path: FilePath, flags: number): OpenFile {
  return openResolving(directory, path, flags, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
}

/**
 * Whether something is mounted at a name of an open directory. The kernel would remove such a name
 * from another mount namespace, and processes that used the mount would lose it.
 */
export function isMountPoint(directory: number, name: Buffer): boolean {
  try {
    const resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
    openResolving(directory, name, O_PATH | fileConstants.O_NOFOLLOW, resolve)[Symbol.dispose]();
    return false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EXDEV') return true;
    throw error;
  }
}

function openResolving(
  directory: number,
  path: FilePath,
  flags: number,
  resolve: bigint,
): OpenFile {
  const { openat2, errno } = loaded();
  const how = Buffer.alloc(24);
  how.writeBigUInt64LE(BigInt(flags | O_CLOEXEC), 0);
  how.writeBigUInt64LE(resolve, 16);
  for (let tries = 1; ; tries++) {
    const fd = Number(openat2(SYS_OPENAT2, directory, terminated(path), how, how.length));
    if (fd >= 0) return { fd, [Symbol.dispose]: () => closeSync(fd) };
    if (errno() !== constants.errno.EAGAIN || tries === MAX_TRIES) {
      throw systemError('openat2', errno(), path);
    }
  }
}

const O_CLOEXEC = 0o2000000;

function loaded(): FileCalls {
  if (calls === undefined) throw new Error('call loadFileCalls() first');
  return calls;
}

function terminated(path: FilePath): Buffer {
  return Buffer.concat([Buffer.from(path as Buffer), Buffer.from([0])]);
}

/** A failed call, in the form of Node's own errors: `code` is `ENOENT` and so on. */
function systemError(syscall: string, errno: number, path: FilePath): NodeJS.ErrnoException {
  const code = getSystemErrorName(-errno);
  const text = path.toString();
  return Object.assign(new Error(`${syscall} ${text}: ${code}`), {
    ...{ code, errno: -errno, syscall, path: text },
  });
}
