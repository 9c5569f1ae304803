import { type BigIntStats, constants } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { posix } from 'node:path';
import type { FileType } from '../../contract/endpoints/files.ts';
import { ifUnseen } from '../../errors.ts';
import { O_PATH, openInRoot } from '../../runtime/files/file-calls.ts';
import { absolutePath, followLinks, statOpen } from '../archive/path-stat.ts';
import { pathIn } from '../archive/tree.ts';
import { aboutPath, type FileHolder } from './holder.ts';

/** One file of a folder. A symbolic link isn't followed. */
export interface ListedFile {
  /** Bytes that aren't UTF-8 are replaced. Clients can't use the name of such a file. */
  readonly name: string;
  readonly type: FileType;
  /** Only the permissions, 0 to 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly modifiedAt: Date;
  /** The text of a symbolic link, and the file that it leads to. Not set for a broken link. */
  readonly linkTarget?: string;
  readonly linkType?: FileType;
}

export interface FolderListing {
  /** The folder's path, with links resolved. */
  readonly path: string;
  /** The folder. Its name is empty. */
  readonly folder: ListedFile;
  /** The total number of files. `files` may have fewer. */
  readonly total: number;
  /** In byte order of their names. */
  readonly files: readonly ListedFile[];
}

/**
 * The files in a folder, without subfolders' content and without reading files. Follows links
 * inside the root. Skips files that vanish meanwhile.
 */
export async function listFolder(
  holder: FileHolder,
  path: string,
  limit: number,
): Promise<FolderListing> {
  await using root = await holder.open();
  try {
    const place = await followLinks(root.fd, absolutePath(path));
    using folder = openInRoot(root.fd, place, O_PATH | constants.O_DIRECTORY);
    const names = await readdir(pathIn(folder.fd, '.'), { encoding: 'latin1' });
    const files: ListedFile[] = [];
    for (const name of names.sort().slice(0, limit)) {
      const file = await describe(root.fd, place, folder.fd, name);
      if (file !== undefined) files.push(file);
    }
    const own = described('', await statOpen(folder.fd, { bigint: true }));
    return { path: place, folder: own, total: names.length, files };
  } catch (error) {
    return aboutPath(holder, path)(error);
  }
}

/** A file that can't be described, or is gone, must not hide the other files. */
const ifUnlisted = <T>(value: T) => ifUnseen(value, 'EINVAL', 'EXDEV');

async function describe(
  root: number,
  place: string,
  folder: number,
  name: string,
): Promise<ListedFile | undefined> {
  const at = pathIn(folder, name);
  const stats = await lstat(at, { bigint: true }).catch(ifUnlisted(undefined));
  if (stats === undefined) return undefined;
  const text = Buffer.from(name, 'latin1').toString('utf8');
  const file = described(text, stats);
  if (!stats.isSymbolicLink()) return file;
  const linkTarget = await readlink(at, 'utf8').catch(ifUnlisted(''));
  const linkType = await typeBehind(root, posix.join(place, text));
  return { ...file, linkTarget, ...(linkType === undefined ? {} : { linkType }) };
}

function described(name: string, stats: BigIntStats): ListedFile {
  return {
    name,
    type: typeOf(stats),
    mode: Number(stats.mode & 0o7777n),
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    size: Number(stats.size),
    modifiedAt: new Date(Number(stats.mtimeMs)),
  };
}

async function typeBehind(root: number, path: string): Promise<FileType | undefined> {
  try {
    using file = openInRoot(root, path, O_PATH);
    return typeOf(await statOpen(file.fd, { bigint: true }));
  } catch (error) {
    return ifUnlisted(undefined)(error);
  }
}

function typeOf(stats: BigIntStats): FileType {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'symlink';
  if (stats.isCharacterDevice()) return 'char';
  if (stats.isBlockDevice()) return 'block';
  return stats.isFIFO() ? 'fifo' : 'socket';
}
