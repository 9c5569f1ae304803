import type { BigIntStats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join, posix, relative } from 'node:path';
import { TreeMembers } from '../../engine/archive/tree-members.ts';
import { loadFileCalls } from '../../runtime/files/file-calls.ts';
import { resolveInRoot } from '../../runtime/files/rootfs-path.ts';
import { tarMember } from '../../store/tar/member.ts';
import type { TarItem } from '../../store/tar/writer.ts';
import { type CopyAs, tarName } from './items.ts';

/** The destination directory, or a directory above it. */
interface Directory {
  /** The path from the image's root, without a leading slash. */
  readonly path: string;
  /** Undefined if the image doesn't have the directory. */
  readonly stats: BigIntStats | undefined;
  /** Whether the image has another file instead. */
  readonly isFile: boolean;
}

/** Where files are copied to in the image. */
export interface Destination {
  /**
   * The path from the image's root, without a leading slash and with links resolved. Empty is the
   * root.
   */
  readonly path: string;
  /** Whether files are copied into `path` instead of replacing it. */
  readonly isDirectory: boolean;
  /** The directories above `path`, topmost first, and `path` itself. */
  readonly directories: readonly Directory[];
}

/**
 * Resolves a target as written: relative to the working directory. A trailing slash means a
 * directory.
 */
export async function findDestination(
  root: string,
  workingDirectory: string,
  target: string,
): Promise<Destination> {
  const absolute = posix.resolve('/', workingDirectory, target);
  const path = relative(root, await resolveInRoot(root, absolute));
  const parts = path.split('/').filter(Boolean);
  const paths = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  const directories = await Promise.all(
    paths.map(async (each) => ({ path: each, ...(await directoryStats(join(root, each))) })),
  );
  const exists = directories.every(({ stats }) => stats !== undefined);
  return { path, isDirectory: saysDirectory(target) || exists, directories };
}

/** Whether the target must be a directory because of how it is written: `dir/`, `.`, `..`. */
export function saysDirectory(target: string): boolean {
  return /(^|\/)\.{0,2}$/.test(target);
}

/**
 * Directories as members of a layer. Existing directories keep their attributes: a layer that omits
 * the directories above its files would give them to root.
 */
export async function* directoryItems(
  root: string,
  directories: readonly Directory[],
  { owner, change }: Pick<CopyAs, 'owner' | 'change'>,
): AsyncGenerator<TarItem> {
  await loadFileCalls();
  const members = new TreeMembers();
  const mtime = Math.floor(Date.now() / 1000);
  const { uid = 0, gid = 0 } = owner ?? {};
  // As in BuildKit, new directories get no setuid, setgid or sticky bit.
  const own = { uid, gid, mode: (change?.fixed ?? 0o755) & 0o777 };
  for (const { path, stats } of directories) {
    const name = tarName(path);
    const item =
      stats === undefined
        ? { member: tarMember({ ...own, name, type: 'directory', mtime }) }
        : await members.item({ name, path: Buffer.from(join(root, path)), stats });
    if (item !== undefined) yield item;
  }
}

async function directoryStats(path: string): Promise<Omit<Directory, 'path'>> {
  try {
    const stats = await lstat(path, { bigint: true });
    return stats.isDirectory() ? { stats, isFile: false } : { stats: undefined, isFile: true };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'ENOENT' || code === 'ENOTDIR') return { stats: undefined, isFile: false };
    throw error;
  }
}
