import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Pack, pack } from 'tar-stream';
import type { ContextFilter } from './ignore.ts';

/** A file to send in addition to the directory's files. */
export interface ExtraFile {
  readonly name: string;
  readonly content: string;
}

/**
 * Streams the files of a directory as a tar. Drops owners and keeps links as links. Fails with the
 * error of a file that can't be read.
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
    // If the file grows meanwhile, only its original size is sent.
    const { size } = stats;
    const content = size === 0 ? Readable.from([]) : createReadStream(path, { end: size - 1 });
    await pipeline(content, tar.entry({ ...header, size }));
  }
}

/** Windows has no file modes to send. Like Docker, mark every file as executable. */
function modeOf(stats: Stats): number {
  return process.platform === 'win32' ? 0o755 : stats.mode & 0o7777;
}
