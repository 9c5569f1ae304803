import { type BigIntStats, constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';

/** A file below a directory that is being walked. */
export interface TreeFile {
  /** Path below the directory that the walk began at, as bytes in latin1. */
  readonly name: string;
  /**
   * For system calls, while the walk stands at this file: its directory by descriptor, so that
   * swapped directories lead nowhere. The last part is not to be followed.
   */
  readonly path: Buffer;
  readonly stats: BigIntStats;
}

/** The path of a name in an open directory, whatever became of the directory's own path. */
export function pathIn(directory: number, name: string): Buffer {
  return Buffer.from(`/proc/self/fd/${directory}/${name}`, 'latin1');
}

/**
 * Everything below an open directory: a directory before what is in it, names in byte order. Never
 * follows a link. What vanishes meanwhile is passed over. With `descend`, a directory can be left
 * out of the walk (after it was yielded itself).
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

/** Undefined when the file is gone, or no directory any more. */
async function unlessGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(code)) return undefined;
    throw error;
  }
}
