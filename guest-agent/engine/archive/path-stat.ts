import { type BigIntStats, constants, fstat } from 'node:fs';
import { readlink } from 'node:fs/promises';
import { posix } from 'node:path';
import { promisify } from 'node:util';
import { ifUnseen } from '../../errors.ts';
import { O_PATH, openInRoot } from '../../runtime/files/file-calls.ts';
import { pathIn } from './tree.ts';

/** fstat(2), also for files that were opened with O_PATH. */
export const statOpen = promisify(fstat) as (
  fd: number,
  options: { bigint: true },
) => Promise<BigIntStats>;

/** The Engine API's description of a path, which `docker cp` reads before it copies. */
export interface PathStat {
  readonly name: string;
  readonly size: number;
  /** Go's `os.FileMode`. */
  readonly mode: number;
  readonly mtime: string;
  /** The final target of a symbolic link. Empty for other files. */
  readonly linkTarget: string;
}

/**
 * Makes a client's path absolute. A trailing slash or `/.` stays, since it means a link's target or
 * a directory's content.
 */
export function absolutePath(path: string): string {
  const clean = posix.join('/', path);
  if (/(^|\/)\.$/.test(path)) return clean === '/' ? '/.' : `${clean.replace(/\/$/, '')}/.`;
  if (path.endsWith('/') && !clean.endsWith('/')) return `${clean}/`;
  return clean;
}

/** Describes an absolute path below `root`. If the path is a link, describes the link. */
export async function statPath(root: number, path: string): Promise<PathStat> {
  using file = openInRoot(root, path, O_PATH | constants.O_NOFOLLOW);
  const stats = await statOpen(file.fd, { bigint: true });
  return {
    name: posix.basename(path) || '/',
    size: Number(stats.size),
    mode: goFileMode(stats),
    mtime: new Date(Number(stats.mtimeMs)).toISOString(),
    linkTarget: stats.isSymbolicLink() ? await followLinks(root, path) : '',
  };
}

/** Follows the links of a path as far as the path exists. Throws with code ELOOP. */
export async function followLinks(root: number, path: string): Promise<string> {
  let pending = path.split('/').filter(Boolean);
  let resolved: string[] = [];
  for (let links = 0; ; ) {
    const part = pending.shift();
    if (part === undefined) return `/${resolved.join('/')}`;
    if (part === '.') continue;
    if (part === '..') {
      resolved.pop();
      continue;
    }
    const target = await linkTarget(root, `/${resolved.join('/')}`, part);
    if (target === undefined) {
      resolved.push(part);
      continue;
    }
    if (++links > 255) throw Object.assign(new Error(`too many links: ${path}`), { code: 'ELOOP' });
    if (target.startsWith('/')) resolved = [];
    pending = [...target.split('/').filter(Boolean), ...pending];
  }
}

async function linkTarget(root: number, directory: string, name: string) {
  try {
    using parent = openInRoot(root, directory, O_PATH | constants.O_DIRECTORY);
    return await readlink(pathIn(parent.fd, Buffer.from(name).toString('latin1')), 'utf8');
  } catch (error) {
    // Not a link, or missing.
    return ifUnseen(undefined, 'EINVAL', 'EXDEV')(error);
  }
}

/** The bits of Go's `os.FileMode` above the permissions, by name. */
const GO_MODE = {
  ...{ directory: 2 ** 31, symlink: 1 << 27, device: 1 << 26, fifo: 1 << 25, socket: 1 << 24 },
  ...{ setuid: 1 << 23, setgid: 1 << 22, charDevice: 1 << 21, sticky: 1 << 20 },
};

function goFileMode(stats: BigIntStats): number {
  const mode = Number(stats.mode);
  const bits: [boolean, number][] = [
    [stats.isDirectory(), GO_MODE.directory],
    [stats.isSymbolicLink(), GO_MODE.symlink],
    [stats.isBlockDevice() || stats.isCharacterDevice(), GO_MODE.device],
    [stats.isCharacterDevice(), GO_MODE.charDevice],
    [stats.isFIFO(), GO_MODE.fifo],
    [stats.isSocket(), GO_MODE.socket],
    [(mode & 0o4000) !== 0, GO_MODE.setuid],
    [(mode & 0o2000) !== 0, GO_MODE.setgid],
    [(mode & 0o1000) !== 0, GO_MODE.sticky],
  ];
  return bits.reduce((sum, [set, bit]) => sum + (set ? bit : 0), mode & 0o777);
}
