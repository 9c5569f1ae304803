import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir } from 'node:fs/promises';
import { isRuntimeMountPoint } from './runtime-mount-points.ts';
import { pathIn } from './tree.ts';
import { isOpaque, isWhiteout } from './upper-layer.ts';

/** A difference between a path and the image, with the kinds of `docker diff`. */
export interface Change {
  /** Absolute. */
  readonly path: string;
  readonly kind: 'changed' | 'added' | 'deleted';
}

/**
 * Compares an open overlay upper directory with the open directory below it, in the order of paths.
 * A directory counts as changed if anything in it changed. `hidden` means that the upper directory
 * hides the lower one completely.
 */
export async function* compareUpper(
  upper: number,
  lower: number | undefined,
  directory = '',
  hidden = false,
): AsyncGenerator<Change> {
  const names = (await readdir(pathIn(upper, '.'), { encoding: 'latin1' })).sort();
  for (const name of names) {
    const path = pathIn(upper, name);
    const file = { name: `${directory}${name}`, path, stats: await lstat(path, { bigint: true }) };
    const below = lower === undefined ? undefined : await statIfThere(pathIn(lower, name));
    const change = (kind: Change['kind']): Change => ({ path: text(file.name), kind });
    if (isWhiteout(file)) {
      if (below !== undefined) yield change('deleted');
      continue;
    }
    if (below === undefined && isRuntimeMountPoint(file)) continue;
    const inside: Change[] = [];
    if (file.stats.isDirectory()) {
      await using own = await openDirectory(path);
      await using other =
        lower !== undefined && below?.isDirectory()
          ? await openDirectory(pathIn(lower, name))
          : undefined;
      const alone = hidden || isOpaque(file);
      const prefix = `${file.name}/`;
      for await (const one of compareUpper(own.fd, other?.fd, prefix, alone)) inside.push(one);
      if (alone && other !== undefined) inside.push(...(await goneFrom(other, own, prefix)));
    }
    if (below === undefined) yield change('added');
    else if (inside.length > 0 || differs(file.stats, below)) yield change('changed');
    yield* inside.sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}

/** The names in `lower` that a directory which hides it doesn't have. */
async function goneFrom(lower: FileHandle, upper: FileHandle, prefix: string): Promise<Change[]> {
  const names = (handle: FileHandle) => readdir(pathIn(handle.fd, '.'), { encoding: 'latin1' });
  const left = new Set(await names(upper));
  return (await names(lower))
    .filter((name) => !left.has(name))
    .map((name) => ({ path: text(prefix + name), kind: 'deleted' }));
}

function differs(a: BigIntStats, b: BigIntStats): boolean {
  if (a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid || a.rdev !== b.rdev) return true;
  return !a.isDirectory() && (a.mtimeNs !== b.mtimeNs || a.size !== b.size);
}

async function statIfThere(path: Buffer): Promise<BigIntStats | undefined> {
  return await lstat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

function openDirectory(path: Buffer): Promise<FileHandle> {
  return open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
}

function text(name: string): string {
  return `/${Buffer.from(name, 'latin1').toString('utf8')}`;
}
