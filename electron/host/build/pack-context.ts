import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Pack, pack } from 'tar-stream';
import type { ContextFilter } from './ignore.ts';

/** A file that is sent besides those of the directory. */
export interface ExtraFile {
  readonly name: string;
  readonly content: string;
}

/**
 * The files of a directory as a tar, made while it is read. Owners stay behind; links are sent as
 * links. Fails with what reading a file fails with.
 */
export function packContext(
  directory: string,
  filter: ContextFilter,
  extra: readonly ExtraFile[] = [],
): Readable {
  const tar = pack();
  const filling = async () => {
    for (const { name, content } of extra) tar.entry({ name, mode: 0o600 }, content);
    await addDirectory(tar, directory, '', filter);
    tar.finalize();
  };
  filling().catch((error: Error) => tar.destroy(error));
  return Readable.from(tar, { objectMode: false });
}

async function addDirectory(
  tar: Pack,
  root: string,
  directory: string,
  filter: ContextFilter,
): Promise<void> {
  for (const entry of (await readdir(join(root, directory))).sort()) {
    const name = posix.join(directory, entry);
    const stats = await lstat(join(root, name));
    const isSent = filter.isSent(name);
    if (isSent) await addFile(tar, join(root, name), name, stats);
    if (stats.isDirectory() && (isSent || filter.mayHoldSent(name))) {
      await addDirectory(tar, root, name, filter);
    }
  }
}

async function addFile(tar: Pack, path: string, name: string, stats: Stats): Promise<void> {
  const header = { name, mode: modeOf(stats), mtime: stats.mtime, uid: 0, gid: 0 };
  if (stats.isDirectory()) tar.entry({ ...header, name: `${name}/`, type: 'directory' });
  else if (stats.isSymbolicLink()) {
    const target = await readlink(path);
    const linkname = process.platform === 'win32' ? target.replaceAll('\\', '/') : target;
    tar.entry({ ...header, type: 'symlink', linkname });
  } else if (stats.isFile()) {
    // What a file grows by meanwhile is not of this build.
    const { size } = stats;
    const content = size === 0 ? Readable.from([]) : createReadStream(path, { end: size - 1 });
    await pipeline(content, tar.entry({ ...header, size }));
  }
}

/** Windows has no permissions to send: everything may be executed, as with Docker. */
function modeOf(stats: Stats): number {
  return process.platform === 'win32' ? 0o755 : stats.mode & 0o7777;
}
