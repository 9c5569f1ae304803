import { type BigIntStats, constants, lstatSync } from 'node:fs';
import { type FileHandle, lstat, open, readdir } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';

/**
 * Where a tree is. Calls for files on the engine's own disk take microseconds, much less than handing
 * them to another thread. A folder of the host may answer late or never, so calls for its files must
 * not hold up the engine.
 */
export type TreePlace = 'own disk' | 'anywhere';

/** After this many files, other work of the engine has its turn. */
const FILES_AT_ONCE = 64;

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
  place: TreePlace = 'anywhere',
): AsyncGenerator<TreeFile> {
  // Without recursion: each file would pass through a generator for each directory above it.
  const folders: Folder[] = [await readFolder(directory, prefix)];
  await using _ = {
    [Symbol.asyncDispose]: async () => {
      for (const { handle } of folders) await handle?.close();
    },
  };
  for (let folder = folders.at(-1); folder !== undefined; folder = folders.at(-1)) {
    const name = folder.names[folder.next++];
    if (name === undefined) {
      folders.pop();
      await folder.handle?.close();
      continue;
    }
    if (folder.next % FILES_AT_ONCE === 0) await setImmediate();
    const path = pathIn(folder.fd, name);
    const stats = await unlessGone(statsOf(path, place));
    if (stats === undefined) continue;
    const file = { name: folder.prefix + name, path, stats };
    yield file;
    if (!stats.isDirectory() || !(await descend(file))) continue;
    const child = await openFolder(path, `${file.name}/`);
    if (child !== undefined) folders.push(child);
  }
}

interface Folder {
  readonly fd: number;
  readonly prefix: string;
  readonly names: readonly string[];
  /** The index of the name that comes next. */
  next: number;
  /** Undefined for the directory where the walk began, which the caller closes. */
  readonly handle?: FileHandle;
}

async function readFolder(fd: number, prefix: string): Promise<Folder> {
  const names = await readdir(`/proc/self/fd/${fd}`, { encoding: 'latin1' });
  return { fd, prefix, names: names.sort(), next: 0 };
}

/** Undefined if the directory is gone. The caller closes the handle. */
async function openFolder(path: Buffer, prefix: string): Promise<Folder | undefined> {
  const handle = await unlessGone(
    open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW),
  );
  if (handle === undefined) return undefined;
  try {
    return { ...(await readFolder(handle.fd, prefix)), handle };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function statsOf(path: Buffer, place: TreePlace): Promise<BigIntStats> {
  return place === 'own disk'
    ? lstatSync(path, { bigint: true })
    : await lstat(path, { bigint: true });
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
