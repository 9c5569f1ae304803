import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack as createPack, type Pack } from 'tar-stream';
import { unlessMissing } from '../base/system-error.ts';

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Packs a file or directory of the host into a tar under `name`. Without a name, packs the contents
 * of the directory. With `follow`, a symbolic link at the path itself is resolved. Skips sockets
 * and devices. `owner` replaces the owner of every entry.
 */
export function packLocal(
  path: string,
  name: string | undefined,
  follow: boolean,
  owner?: Owner,
): Readable {
  const pack = createPack();
  const stats = follow ? stat(path) : lstat(path);
  stats
    .then((found) => add(pack, path, name ?? '.', found, owner))
    .then(
      () => pack.finalize(),
      (error: Error) => pack.destroy(error),
    );
  return Readable.from(pack as AsyncIterable<Buffer>, { objectMode: false });
}

/**
 * Packs files and empty directories, each under a name of its own. Skips what no longer exists.
 */
export function packEntries(entries: readonly (readonly [path: string, name: string])[]): Readable {
  const pack = createPack();
  const addAll = async () => {
    for (const [path, name] of entries) {
      const stats = await lstat(path).catch(unlessMissing);
      if (stats?.isDirectory()) pack.entry({ ...headerOf(name, stats), type: 'directory' });
      else if (stats) await add(pack, path, name, stats, undefined);
    }
  };
  addAll().then(
    () => pack.finalize(),
    (error: Error) => pack.destroy(error),
  );
  return Readable.from(pack as AsyncIterable<Buffer>, { objectMode: false });
}

/** A mode of 0 would mean "not specified", so the file's type stays in it. */
function headerOf(name: string, { mode, mtime, uid, gid }: Stats, owner?: Owner) {
  return { name, mode, uid: (owner?.uid ?? uid) || 0, gid: (owner?.gid ?? gid) || 0, mtime };
}

async function add(
  pack: Pack,
  path: string,
  name: string,
  stats: Stats,
  owner: Owner | undefined,
): Promise<void> {
  const header = headerOf(name, stats, owner);
  if (stats.isDirectory()) {
    pack.entry({ ...header, type: 'directory' });
    for (const child of (await readdir(path)).sort()) {
      const place = join(path, child);
      await add(pack, place, `${name}/${child}`, await lstat(place), owner);
    }
  } else if (stats.isSymbolicLink()) {
    pack.entry({ ...header, type: 'symlink', linkname: await readlink(path) });
  } else if (stats.isFile()) {
    const { size } = stats;
    if (size === 0) {
      pack.entry({ ...header, type: 'file' }, '');
      return;
    }
    // If the file grows meanwhile, only its original size is packed.
    const content = createReadStream(path, { end: size - 1 });
    await pipeline(content, pack.entry({ ...header, type: 'file', size }));
  }
}
