import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack as createPack, type Pack } from 'tar-stream';

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * A tar of a file or directory of the computer, under a name; without one, of what is in the
 * directory. With `follow`, a link at the path itself stands for what it leads to. Sockets and the
 * like are passed over. `owner`: who all of it is to belong to, if not to whom it does here.
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

async function add(
  pack: Pack,
  path: string,
  name: string,
  stats: Stats,
  owner: Owner | undefined,
): Promise<void> {
  const { mode, mtime } = stats;
  const { uid, gid } = owner ?? stats;
  // The type stays in the mode, so that no permissions at all aren't taken for none given.
  const header = { name, mode, uid: uid || 0, gid: gid || 0, mtime };
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
    // A file that grows meanwhile is cut where it ended.
    const content = createReadStream(path, { end: size - 1 });
    await pipeline(content, pack.entry({ ...header, type: 'file', size }));
  }
}
