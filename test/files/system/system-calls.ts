import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';
import koffi, { type KoffiFunc } from 'koffi';

/*
 * Linux's system calls for files that Node doesn't have. Each throws an error with a `code`, as Node's
 * own calls do.
 */
const libc = koffi.load('libc.so.6');

type Result = number | bigint;

const calls: {
  readonly utimensat: KoffiFunc<(at: number, path: string, times: Buffer, flags: number) => Result>;
  readonly fallocate: KoffiFunc<
    (fd: number, mode: number, offset: number, length: number) => Result
  >;
  readonly lsetxattr: KoffiFunc<
    (path: string, name: string, value: Buffer, size: number, flags: number) => Result
  >;
  readonly lremovexattr: KoffiFunc<(path: string, name: string) => Result>;
  readonly flock: KoffiFunc<(fd: number, operation: number) => Result>;
  readonly fcntl: KoffiFunc<(fd: number, command: number, lock: Buffer) => Result>;
  readonly mmap: KoffiFunc<
    (
      at: number,
      length: number,
      protection: number,
      flags: number,
      fd: number,
      from: number,
    ) => Result
  >;
  readonly munmap: KoffiFunc<(at: bigint, length: number) => Result>;
  readonly msync: KoffiFunc<(at: bigint, length: number, flags: number) => Result>;
  readonly store: KoffiFunc<(target: bigint, source: Buffer, length: number) => Result>;
  readonly fetch: KoffiFunc<(target: Buffer, source: bigint, length: number) => Result>;
  readonly pread: KoffiFunc<(fd: number, at: bigint, length: number, offset: number) => Result>;
  readonly pwrite: KoffiFunc<(fd: number, at: bigint, length: number, offset: number) => Result>;
  readonly copyFileRange: KoffiFunc<
    (
      from: number,
      fromAt: Buffer,
      to: number,
      toAt: Buffer,
      length: number,
      flags: number,
    ) => Result
  >;
  readonly sendfile: KoffiFunc<(to: number, from: number, offset: null, length: number) => Result>;
  readonly lseek: KoffiFunc<(fd: number, offset: number, whence: number) => Result>;
  readonly renameat2: KoffiFunc<
    (at: number, from: string, atToo: number, to: string, flags: number) => Result
  >;
  readonly linkat: KoffiFunc<
    (at: number, from: string, atToo: number, to: string, flags: number) => Result
  >;
  readonly setfsuid: KoffiFunc<(user: number) => Result>;
  readonly setfsgid: KoffiFunc<(group: number) => Result>;
  readonly setgroups: KoffiFunc<(call: number, count: number, groups: Buffer) => Result>;
} = {
  utimensat: libc.func('int utimensat(int at, const char *path, void *times, int flags)'),
  fallocate: libc.func('int fallocate(int fd, int mode, int64_t offset, int64_t length)'),
  lsetxattr: libc.func(
    'int lsetxattr(const char *path, const char *name, void *value, size_t size, int flags)',
  ),
  lremovexattr: libc.func('int lremovexattr(const char *path, const char *name)'),
  flock: libc.func('int flock(int fd, int operation)'),
  // Variadic in C. With only integers and pointers, the call is the same.
  fcntl: libc.func('int fcntl(int fd, int command, void *lock)'),
  mmap: libc.func(
    'uint64_t mmap(uint64_t at, size_t length, int protection, int flags, int fd, int64_t from)',
  ),
  munmap: libc.func('int munmap(uint64_t at, size_t length)'),
  msync: libc.func('int msync(uint64_t at, size_t length, int flags)'),
  // An address may be a number or a buffer, so that mapped memory can be one of the sides.
  store: libc.func('uint64_t memcpy(uint64_t target, void *source, size_t length)'),
  fetch: libc.func('uint64_t memcpy(void *target, uint64_t source, size_t length)'),
  pread: libc.func('int64_t pread(int fd, uint64_t at, size_t length, int64_t offset)'),
  pwrite: libc.func('int64_t pwrite(int fd, uint64_t at, size_t length, int64_t offset)'),
  copyFileRange: libc.func(
    'int64_t copy_file_range(int from, void *fromAt, int to, void *toAt, size_t length, int flags)',
  ),
  sendfile: libc.func('int64_t sendfile(int to, int from, void *offset, size_t length)'),
  lseek: libc.func('int64_t lseek(int fd, int64_t offset, int whence)'),
  renameat2: libc.func(
    'int renameat2(int at, const char *from, int atToo, const char *to, int flags)',
  ),
  linkat: libc.func('int linkat(int at, const char *from, int atToo, const char *to, int flags)'),
  setfsuid: libc.func('int setfsuid(uint32_t user)'),
  setfsgid: libc.func('int setfsgid(uint32_t group)'),
  setgroups: libc.func('int64_t syscall(int64_t call, size_t count, void *groups)'),
};

const AT_FDCWD = -100;
export const AT_SYMLINK_NOFOLLOW = 0x100;
export const AT_SYMLINK_FOLLOW = 0x400;

/** Returns the result of a call. Throws if the result is an error. */
function checked(name: string, result: Result): number {
  if (Number(result) >= 0) return Number(result);
  const errno = koffi.errno();
  const code = getSystemErrorName(-errno);
  throw Object.assign(new Error(`${code}: ${name}`), { code, errno: -errno, syscall: name });
}

/** A time for {@link setTimes}: nanoseconds since 1970, or one of these. */
export type FileTime = bigint | 'now' | 'omit';

const SPECIAL = { now: 0x3fffffffn, omit: 0x3ffffffen } as const;

export function setTimes(path: string, access: FileTime, change: FileTime, flags = 0): void {
  const times = Buffer.alloc(32);
  for (const [index, time] of [access, change].entries()) {
    const nanoseconds = typeof time === 'bigint' ? BigInt.asUintN(64, mod(time)) : SPECIAL[time];
    const seconds = typeof time === 'bigint' ? (time - mod(time)) / 1_000_000_000n : 0n;
    times.writeBigInt64LE(seconds, index * 16);
    times.writeBigInt64LE(nanoseconds, index * 16 + 8);
  }
  checked('utimensat', calls.utimensat(AT_FDCWD, path, times, flags));
}

const mod = (time: bigint): bigint => ((time % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;

export const FALLOC_KEEP_SIZE = 1;
export const FALLOC_PUNCH_HOLE = 2;
export const FALLOC_ZERO_RANGE = 0x10;

export function allocate(fd: number, mode: number, offset: number, length: number): void {
  checked('fallocate', calls.fallocate(fd, mode, offset, length));
}

export const XATTR_CREATE = 1;
export const XATTR_REPLACE = 2;

export function setXattr(path: string, name: string, value: string | Buffer, flags = 0): void {
  const bytes = Buffer.from(value);
  checked('lsetxattr', calls.lsetxattr(path, name, bytes, bytes.length, flags));
}

export function removeXattr(path: string, name: string): void {
  checked('lremovexattr', calls.lremovexattr(path, name));
}

export const LOCK_SH = 1;
export const LOCK_EX = 2;
export const LOCK_NB = 4;
export const LOCK_UN = 8;

export function lockFile(fd: number, operation: number): void {
  checked('flock', calls.flock(fd, operation));
}

/** Commands of fcntl(2). The ones with OFD lock for the open file, the others for the process. */
export const fcntlCommands = {
  ...{ getLock: 5, setLock: 6, waitForLock: 7 },
  ...{ getOfdLock: 36, setOfdLock: 37, waitForOfdLock: 38 },
} as const;

const LOCK_TYPES = ['read', 'write', 'none'] as const;
export type LockType = (typeof LOCK_TYPES)[number];

/** Locks a range. A length of 0 is up to the end. Returns the type of the lock that getLock reports. */
export function lockRange(
  fd: number,
  command: keyof typeof fcntlCommands,
  type: LockType,
  start = 0,
  length = 0,
): LockType {
  const lock = Buffer.alloc(32);
  lock.writeInt16LE(LOCK_TYPES.indexOf(type), 0);
  lock.writeBigInt64LE(BigInt(start), 8);
  lock.writeBigInt64LE(BigInt(length), 16);
  checked('fcntl', calls.fcntl(fd, fcntlCommands[command], lock));
  return LOCK_TYPES[lock.readInt16LE(0)] ?? 'none';
}

export const PROT_READ = 1;
export const PROT_WRITE = 2;
export const MAP_SHARED = 1;
export const MAP_PRIVATE = 2;
const MAP_ANONYMOUS = 0x20;

/** Memory outside Node's heap, a file's or none's. Its address is a multiple of the page size. */
export class Mapping implements Disposable {
  readonly #at: bigint;
  readonly #length: number;

  constructor(length: number, fd = -1, protection = PROT_READ | PROT_WRITE, flags = MAP_SHARED) {
    const kind = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : flags;
    const at = BigInt(calls.mmap(0, length, protection, kind, fd, 0));
    if (at === 0xffffffffffffffffn) checked('mmap', -1);
    this.#at = at;
    this.#length = length;
  }

  write(text: string | Buffer, offset = 0): void {
    const bytes = Buffer.from(text);
    calls.store(this.#at + BigInt(offset), bytes, bytes.length);
  }

  read(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    calls.fetch(bytes, this.#at + BigInt(offset), length);
    return bytes;
  }

  sync(): void {
    const MS_SYNC = 4;
    checked('msync', calls.msync(this.#at, this.#length, MS_SYNC));
  }

  /** pread(2) and pwrite(2) with this memory, for files that are open with O_DIRECT. */
  fill(fd: number, length: number, offset: number): number {
    return checked('pread', calls.pread(fd, this.#at, length, offset));
  }

  store(fd: number, length: number, offset: number): number {
    return checked('pwrite', calls.pwrite(fd, this.#at, length, offset));
  }

  [Symbol.dispose](): void {
    checked('munmap', calls.munmap(this.#at, this.#length));
  }
}

export function copyRange(
  [from, fromAt]: readonly [fd: number, at: number],
  [to, toAt]: readonly [fd: number, at: number],
  length: number,
): number {
  const offset = (at: number) => {
    const buffer = Buffer.alloc(8);
    buffer.writeBigInt64LE(BigInt(at));
    return buffer;
  };
  const copied = calls.copyFileRange(from, offset(fromAt), to, offset(toAt), length, 0);
  return checked('copy_file_range', copied);
}

export function sendFile(to: number, from: number, length: number): number {
  return checked('sendfile', calls.sendfile(to, from, null, length));
}

export const SEEK_SET = 0;
export const SEEK_END = 2;
export const SEEK_DATA = 3;
export const SEEK_HOLE = 4;

export function seek(fd: number, offset: number, whence: number): number {
  return checked('lseek', calls.lseek(fd, offset, whence));
}

export const RENAME_NOREPLACE = 1;
export const RENAME_EXCHANGE = 2;

export function renameWith(from: string, to: string, flags: number): void {
  checked('renameat2', calls.renameat2(AT_FDCWD, from, AT_FDCWD, to, flags));
}

export function linkWith(from: string, to: string, flags: number): void {
  checked('linkat', calls.linkat(AT_FDCWD, from, AT_FDCWD, to, flags));
}

/** A user and the groups of its process. */
export interface User {
  readonly uid: number;
  readonly gid: number;
  readonly groups?: readonly number[];
}

/**
 * Runs `action` with the file permissions of another user. Only this thread's permissions change, so
 * `action` must use Node's synchronous calls. Needs root.
 */
export function asUser<T>({ uid, gid, groups = [] }: User, action: () => T): T {
  const setGroups = (ids: readonly number[]) => {
    // glibc's own setgroups changes all threads.
    const list = Buffer.alloc(Math.max(4, ids.length * 4));
    for (const [index, id] of ids.entries()) list.writeUInt32LE(id, index * 4);
    const number = process.arch === 'arm64' ? 159 : 116;
    checked('setgroups', calls.setgroups(number, ids.length, list));
  };
  const before = process.getgroups?.() ?? [];
  setGroups(groups);
  calls.setfsgid(gid);
  calls.setfsuid(uid);
  try {
    return action();
  } finally {
    calls.setfsuid(process.getuid?.() ?? 0);
    calls.setfsgid(process.getgid?.() ?? 0);
    setGroups(before);
  }
}

/** Flags of open(2) without a name in Node. */
export const O_PATH = 0o10000000;
export const O_TMPFILE = 0o20200000;
export const { SIGBUS } = constants.signals;
