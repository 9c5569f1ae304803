import { type BigIntStats, constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';

/** A file that a walk has found below its directory. */
export interface TreeFile {
  /** The path below the directory where the walk began, as bytes in latin1. */
  readonly name: string;
  /**
   * The path for system calls while the walk is at this file. It contains the directory's
   * descriptor, so that swapped directories can't redirect it. Don't follow the last part.
   */
  readonly path: Buffer;
  readonly stats: BigIntStats;
}

/** The path of a name in an open directory, even if the directory was moved. */
export function pathIn(directory: number, name: string): Buffer {
  return Buffer.from(`/proc/self/fd/${directory}/${name}`, 'latin1');
}

/**
 * Yields everything below an open directory: a directory before its content, names in byte order.
 * Never follows a link. Skips files that vanish meanwhile. `descend` can skip the content of a
 * directory that was yielded.
 */
export async function* walkTree(
  directory: number,
  prefix = '',
  descend: (file: TreeFile) => Promise<boolean> = async () => true,
): AsyncGenerator<TreeFile> {
  const names = await readdir(`/proc/self/fd/${directory}`, { encoding: 'latin1' });
  for (const name of names.sort()) {
    const path = pathIn(directory, name);
    const stats = await unlessGone(lstat(path, { bigint: true }));
    if (stats === undefined) continue;
    const file = { name: prefix + name, path, stats };
    yield file;
    if (!stats.isDirectory() || !(await descend(file))) continue;
    const child = await unlessGone(
      open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW),
    );
    if (child === undefined) continue;
    try {
      yield* walkTree(child.fd, `${prefix}${name}/`, descend);
    } finally {
      await child.close();
    }
  }
}

/** Undefined if the file is gone, or isn't a directory any more. */
async function unlessGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(code)) return undefined;
    throw error;
  }
}
