import { constants } from 'node:fs';
import type { Readable } from 'node:stream';
import { O_PATH, openInRoot } from '../../runtime/files/file-calls.ts';
import { writeTar } from '../../store/tar/writer.ts';
import { decompressAny } from '../archive/decompress-any.ts';
import { extractTar } from '../archive/extract.ts';
import { packPath } from '../archive/pack.ts';
import { absolutePath, followLinks, type PathStat, statPath } from '../archive/path-stat.ts';
import { aboutPath, type FileHolder, type FileRoot } from './holder.ts';

/** Describes a path. Rejects with EngineError 'not-found'. */
export async function statFile(holder: FileHolder, path: string): Promise<PathStat> {
  await using root = await holder.open();
  return await statPath(root.fd, absolutePath(path)).catch(aboutPath(holder, path));
}

/**
 * A path as a tar, and its description. Rejects with EngineError 'not-found' before the stream
 * begins. Read or return the stream: it keeps the files open.
 */
export async function archiveFile(
  holder: FileHolder,
  path: string,
): Promise<{ stat: PathStat; tar: AsyncGenerator<Buffer> }> {
  const absolute = absolutePath(path);
  await using stack = new AsyncDisposableStack();
  const root = stack.use(await holder.open());
  const stat = await statPath(root.fd, absolute).catch(aboutPath(holder, path));
  return { stat, tar: packed(root, absolute, stack.move()) };
}

async function* packed(root: FileRoot, path: string, resources: AsyncDisposable) {
  try {
    yield* writeTar(packPath(root.fd, path));
  } finally {
    await resources[Symbol.asyncDispose]();
  }
}

/**
 * Unpacks a tar, compressed or not, into a folder. A member `.` also sets the folder's owner.
 * Rejects with EngineError 'not-found', or 'invalid' if the path isn't a folder or the input isn't
 * a tar.
 */
export async function extractInto(
  holder: FileHolder,
  path: string,
  body: Readable,
  options: { readonly keepKinds: boolean },
): Promise<void> {
  await using root = await holder.open();
  try {
    const destination = await followLinks(root.fd, absolutePath(path));
    openInRoot(root.fd, destination, O_PATH | constants.O_DIRECTORY)[Symbol.dispose]();
    holder.checkWritable(destination);
    await extractTar(root.fd, destination, decompressAny(body), { ...options, ownTop: true });
  } catch (error) {
    aboutPath(holder, path)(error);
  }
}
