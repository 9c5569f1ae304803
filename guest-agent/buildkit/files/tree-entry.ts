import { posix } from 'node:path';
import type { Stat } from '../generated/github.com/tonistiigi/fsutil/types/stat_pb.js';
import { GrpcError, grpcCode } from '../grpc/status.ts';

export type EntryKind =
  | 'file'
  | 'link'
  | 'directory'
  | 'symlink'
  | 'fifo'
  | 'char'
  | 'block'
  | 'socket';

/** A file of a client's directory, without its content. */
export interface TreeEntry {
  /** Relative, with single slashes and without `.` and `..`. */
  readonly path: string;
  readonly kind: EntryKind;
  /** Permissions with setuid, setgid and sticky. */
  readonly mode: number;
  readonly size: number;
  /** Nanoseconds since the epoch. */
  readonly mtime: bigint;
  /** What a symbolic link contains, or the path of the file with which a link shares its content. */
  readonly target: string;
  readonly device: readonly [major: number, minor: number];
}

/** The bits of Go's os.FileMode, in which clients send types and permissions. */
const goMode = {
  directory: 0x80000000,
  symlink: 0x08000000,
  device: 0x04000000,
  fifo: 0x02000000,
  socket: 0x01000000,
  setuid: 0x00800000,
  setgid: 0x00400000,
  charDevice: 0x00200000,
  sticky: 0x00100000,
} as const;

/** Reads what a client says about a file. Throws GrpcError for a path that leads out of the tree. */
export function readStat(stat: Stat): TreeEntry {
  const { path, linkname } = stat;
  checkPath(path);
  const kind = kindOf(stat);
  if (kind === 'link') checkPath(linkname);
  return {
    ...{ path, kind, mode: permissions(stat.mode), mtime: stat.modTime, target: linkname },
    size: Number(stat.size),
    device: [Number(stat.devmajor), Number(stat.devminor)],
  };
}

/** Permissions and type in Go's form. */
export function goFileMode(kind: EntryKind, mode: number): number {
  const bits =
    (mode & 0o4000 ? goMode.setuid : 0) |
    (mode & 0o2000 ? goMode.setgid : 0) |
    (mode & 0o1000 ? goMode.sticky : 0) |
    (kind === 'directory' ? goMode.directory : 0) |
    (kind === 'symlink' ? goMode.symlink : 0) |
    (kind === 'fifo' ? goMode.fifo : 0) |
    (kind === 'char' || kind === 'block' ? goMode.device : 0) |
    (kind === 'char' ? goMode.charDevice : 0);
  return (bits | (mode & 0o777)) >>> 0;
}

function kindOf({ mode, linkname }: Stat): EntryKind {
  const has = (bit: number) => (mode & bit) !== 0;
  if (has(goMode.directory)) return 'directory';
  if (has(goMode.symlink)) return 'symlink';
  if (has(goMode.fifo)) return 'fifo';
  if (has(goMode.socket)) return 'socket';
  if (has(goMode.device)) return has(goMode.charDevice) ? 'char' : 'block';
  return linkname === '' ? 'file' : 'link';
}

function permissions(mode: number): number {
  return (
    (mode & 0o777) |
    (mode & goMode.setuid ? 0o4000 : 0) |
    (mode & goMode.setgid ? 0o2000 : 0) |
    (mode & goMode.sticky ? 0o1000 : 0)
  );
}

function checkPath(path: string): void {
  const isPlain =
    path !== '' &&
    !path.startsWith('/') &&
    !path.includes('\0') &&
    posix.normalize(path) === path &&
    !/^\.\.?(\/|$)/.test(path) &&
    !path.endsWith('/');
  if (!isPlain) {
    throw new GrpcError(grpcCode.invalidArgument, `invalid path in the build context: ${path}`);
  }
}
