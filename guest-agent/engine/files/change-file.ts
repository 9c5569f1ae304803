import { constants } from 'node:fs';
import { lstat, rename } from 'node:fs/promises';
import { posix } from 'node:path';
import { EngineError } from '../../errors.ts';
import { O_PATH, type OpenFile, openInRoot } from '../../runtime/files/file-calls.ts';
import { absolutePath, followLinks } from '../archive/path-stat.ts';
import { refuseMount, removeTree } from '../archive/remove-tree.ts';
import { pathIn } from '../archive/tree.ts';
import { aboutPath, type FileHolder } from './holder.ts';

/** Removes a file, or a folder with all of its content. For a link, removes the link. */
export async function removeFile(holder: FileHolder, path: string): Promise<void> {
  await using root = await holder.open();
  try {
    using place = await openPlace(holder, root.fd, path);
    await removeTree(place.folder.fd, place.name);
  } catch (error) {
    aboutPath(holder, path)(error);
  }
}

/**
 * Moves a file or folder to another path in the same file system. Rejects with EngineError
 * 'conflict' if the path already exists.
 */
export async function renameFile(holder: FileHolder, path: string, to: string): Promise<void> {
  await using root = await holder.open();
  using target = await openPlace(holder, root.fd, to).catch(aboutPath(holder, to));
  try {
    using source = await openPlace(holder, root.fd, path);
    await lstat(pathIn(source.folder.fd, source.name));
    refuseMount(source.folder.fd, source.name);
    if (await isThere(pathIn(target.folder.fd, target.name))) {
      throw new EngineError('conflict', `${to} already exists in ${holder.title}`);
    }
    await rename(pathIn(source.folder.fd, source.name), pathIn(target.folder.fd, target.name));
  } catch (error) {
    aboutPath(holder, path)(error);
  }
}

interface Place extends Disposable {
  readonly folder: OpenFile;
  /** The bytes in latin1. */
  readonly name: string;
}

/**
 * Opens the folder of a path that can be changed, with links resolved. The last part isn't
 * resolved.
 */
async function openPlace(holder: FileHolder, root: number, path: string): Promise<Place> {
  const absolute = posix.join('/', path).replace(/(.)\/$/, '$1');
  const name = posix.basename(absolute);
  if (name === '')
    throw new EngineError('invalid', `the root of ${holder.title} can't be removed or renamed`);
  const folderPath = await followLinks(root, absolutePath(posix.dirname(absolute)));
  holder.checkWritable(posix.join(folderPath, name));
  const folder = openInRoot(root, folderPath, O_PATH | constants.O_DIRECTORY);
  const bytes = Buffer.from(name).toString('latin1');
  return { folder, name: bytes, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

async function isThere(path: Buffer): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
