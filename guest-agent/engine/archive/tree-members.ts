import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open, readlink } from 'node:fs/promises';
import { deviceNumbers, listXattrs, readXattr } from '../../runtime/files/file-calls.ts';
import type { TarMember, TarType } from '../../store/tar/member.ts';
import type { TarItem } from '../../store/tar/writer.ts';
import type { TreeFile, TreePlace } from './tree.ts';

/**
 * Tar members of files in one archive. Detects files with several names, to make them hard links.
 */
export class TreeMembers {
  readonly #firstNames = new Map<string, string>();
  readonly #place: TreePlace;
  readonly #hasXattrs: boolean;
  /** For the contents of small files. */
  #buffer: Buffer | undefined;

  /** `hasXattrs` is false for trees whose files are known to have no extended attributes. */
  constructor(place: TreePlace = 'anywhere', { hasXattrs = true } = {}) {
    this.#place = place;
    this.#hasXattrs = hasXattrs;
  }

  /**
   * Makes a tar member of a file. Call this while the walk is at the file, and read the content
   * before the walk continues. Undefined for files that a tar can't hold: sockets, and files that
   * are gone.
   */
  async item(file: TreeFile, name = file.name): Promise<TarItem | undefined> {
    const type = typeOf(file);
    if (type === undefined) return undefined;
    const { stats } = file;
    const common = {
      name,
      mode: Number(stats.mode & 0o7777n),
      uid: Number(stats.uid),
      gid: Number(stats.gid),
      mtime: Number(stats.mtimeNs / 1_000_000_000n),
      ...{ size: 0, target: '', device: [0, 0] as const },
    };
    try {
      if (type !== 'directory' && stats.nlink > 1n) {
        const identity = `${stats.dev}:${stats.ino}`;
        const first = this.#firstNames.get(identity);
        if (first !== undefined) {
          return { member: { ...common, type: 'link', target: first, xattrs: {} } };
        }
        this.#firstNames.set(identity, name);
      }
      const xattrs = this.#hasXattrs ? xattrsOf(file.path) : {};
      switch (type) {
        case 'file': {
          const size = Number(stats.size);
          return {
            member: { ...common, type, size, xattrs },
            content:
              this.#place === 'own disk' && size <= CHUNK
                ? smallContent(file.path, size, () => this.#space())
                : contentOf(file.path, size),
          };
        }
        case 'symlink': {
          const target = (await readlink(file.path, 'buffer')).toString('latin1');
          return { member: { ...common, type, target, xattrs } };
        }
        case 'char':
        case 'block':
          return { member: { ...common, type, device: deviceNumbers(stats.rdev), xattrs } };
        default:
          return { member: { ...common, type, xattrs } };
      }
    } catch (error) {
      return goneAsUndefined(error);
    }
  }

  /** Files are read one after the other, so one buffer is enough. */
  #space(): Buffer {
    this.#buffer ??= Buffer.allocUnsafeSlow(CHUNK);
    return this.#buffer;
  }
}

function typeOf({ stats }: TreeFile): TarType | undefined {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'symlink';
  if (stats.isCharacterDevice()) return 'char';
  if (stats.isBlockDevice()) return 'block';
  return stats.isFIFO() ? 'fifo' : undefined;
}

/** The file's own attributes, without those of overlayfs and security modules. */
function xattrsOf(path: Buffer): TarMember['xattrs'] {
  const own = listXattrs(path).filter(
    (name) => name === 'security.capability' || name.startsWith('user.'),
  );
  return Object.fromEntries(
    own.flatMap((name) => {
      const value = readXattr(path, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

const CHUNK = 256 * 1024;
/** A fifo in the file's place must not block the engine. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The same as `contentOf` for a file that is read at once, when its content is asked for. */
function* smallContent(path: Buffer, size: number, space: () => Buffer): Generator<Buffer> {
  if (size === 0) return;
  const content = space().subarray(0, size);
  let at = 0;
  try {
    const file = openSync(path, FLAGS);
    try {
      if (fstatSync(file).isFile()) {
        for (let read = -1; at < size && read !== 0; at += read) {
          read = readSync(file, content, at, size - at, at);
        }
      }
    } finally {
      closeSync(file);
    }
  } catch (error) {
    goneAsUndefined(error);
  }
  yield content.fill(0, at);
}

/** Yields exactly `size` bytes. If the file shrinks meanwhile, zeros replace the missing bytes. */
async function* contentOf(path: Buffer, size: number): AsyncGenerator<Buffer> {
  await using file = await openFile(path);
  for (let offset = 0; offset < size; ) {
    const chunk = Buffer.alloc(Math.min(CHUNK, size - offset));
    const read = (await file?.read(chunk, 0, chunk.length, offset))?.bytesRead || chunk.length;
    offset += read;
    yield chunk.subarray(0, read);
  }
}

/** Undefined if it isn't a regular file any more. */
async function openFile(path: Buffer): Promise<FileHandle | undefined> {
  const file = await open(path, FLAGS).catch(goneAsUndefined);
  if (file === undefined || (await file.stat()).isFile()) return file;
  await file.close();
  return undefined;
}

function goneAsUndefined(error: unknown): undefined {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  // EINVAL: the file was a symbolic link and isn't any more.
  if (!['ENOENT', 'ENOTDIR', 'ELOOP', 'EINVAL', 'ENXIO'].includes(code)) throw error;
}
