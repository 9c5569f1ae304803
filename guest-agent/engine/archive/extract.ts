import { constants } from 'node:fs';
import { chmod, lchown, link, lstat, lutimes, mkdir, open, symlink } from 'node:fs/promises';
import { posix } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { EngineError } from '../../errors.ts';
import {
  makeNode,
  O_PATH,
  type OpenFile,
  openInRoot,
  writeXattr,
} from '../../runtime/files/file-calls.ts';
import { invalidTar, shown } from '../../store/tar/header.ts';
import { LIMITS } from '../../store/tar/limits.ts';
import type { TarMember } from '../../store/tar/member.ts';
import { readTar, type TarEntry } from '../../store/tar/reader.ts';
import { memberError } from './member-error.ts';
import { removeTree } from './remove-tree.ts';
import { pathIn } from './tree.ts';

export interface ExtractOptions {
  /** Whether a directory must not replace a file, nor a file a directory. */
  readonly keepKinds: boolean;
  /** The owner of all unpacked files, instead of the owners in the archive. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  /** Whether a member `.` sets the owner, permissions and time of the destination itself. */
  readonly ownTop?: boolean;
}

/**
 * Unpacks a tar into a directory below `root`. Neither the tar nor the directory can be trusted:
 * the kernel resolves names inside the root, and no file is written through a link in its place.
 * Throws EngineError 'invalid' for names that lead out of the directory and for members that can't
 * be. Other errors of the file system keep their `code`.
 */
export async function extractTar(
  root: number,
  destination: string,
  tar: AsyncIterable<Uint8Array>,
  options: ExtractOptions,
): Promise<void> {
  const made: Made = { times: new Map(), bytes: 0 };
  for await (const entry of readTar(tar)) {
    try {
      await extractMember(root, destination, entry, options, made);
    } catch (error) {
      memberError(entry.member.name, error);
    }
  }
  // Last, since adding files changes a directory's time.
  for (const [name, mtime] of [...made.times].reverse()) {
    try {
      using directory = openInRoot(
        root,
        pathOf(destination, name),
        DIRECTORY | constants.O_NOFOLLOW,
      );
      await lutimes(pathIn(directory.fd, '.'), mtime, mtime);
    } catch (error) {
      // A later member may have replaced the directory, or a directory above it.
      if (!REPLACED.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
}

/** The directories of an archive so far. */
interface Made {
  /** Times by name. A directory can occur several times, and its last time counts. */
  readonly times: Map<string, number>;
  /** The bytes of the names of directories without a member. */
  bytes: number;
}

async function extractMember(
  root: number,
  destination: string,
  entry: TarEntry,
  options: ExtractOptions,
  made: Made,
): Promise<void> {
  const { member } = entry;
  const place = (path: string) => pathOf(destination, path);
  const name = inside(member.name, destination);
  if (name === '.') {
    if (!options.ownTop || member.type !== 'directory') return;
    using top = openInRoot(root, place('.'), DIRECTORY);
    await lchown(pathIn(top.fd, '.'), member.uid, member.gid);
    await setAttributes(pathIn(top.fd, '.'), member);
    made.times.set(name, member.mtime);
    return;
  }
  using parent = await makeDirectories(root, place(posix.dirname(name)), made);
  const at = pathIn(parent.fd, posix.basename(name));
  await clear(parent, posix.basename(name), member, destination, options);
  if (member.type === 'link') {
    const target = inside(member.target, destination);
    using from = openInRoot(root, place(posix.dirname(target)), DIRECTORY);
    await link(pathIn(from.fd, posix.basename(target)), at);
    return;
  }
  await write(at, entry);
  await lchown(at, options.owner?.uid ?? member.uid, options.owner?.gid ?? member.gid);
  // After the owner, since changing the owner clears these.
  if (member.type !== 'symlink') await setAttributes(at, member);
  if (member.type === 'directory') made.times.set(name, member.mtime);
  else await lutimes(at, member.mtime, member.mtime);
}

const REPLACED = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);
const DIRECTORY = O_PATH | constants.O_DIRECTORY;

/** Resolves a member's name below the destination. */
function inside(written: string, destination: string): string {
  const name = posix.normalize(written.replace(/^\/+/, '') || '.').replace(/\/$/, '');
  if (name === '..' || name.startsWith('../')) {
    throw new EngineError('invalid', `"${written}" is outside of "${destination}"`);
  }
  return name;
}

/**
 * Opens a directory. Creates it and the directories above it if they are missing, which `made` counts.
 */
async function makeDirectories(root: number, path: Buffer, made: Made): Promise<OpenFile> {
  try {
    return openInRoot(root, path, DIRECTORY);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  // A long path takes long to try, and there can be as many tries as it has parts.
  await setImmediate();
  const text = path.toString('latin1');
  using parent = await makeDirectories(root, Buffer.from(posix.dirname(text), 'latin1'), made);
  const name = posix.basename(text);
  made.bytes += text.length;
  if (made.bytes > LIMITS.unpackedImpliedBytes) {
    throw invalidTar('it names too many directories by their files alone');
  }
  await mkdir(pathIn(parent.fd, name), { mode: 0o755 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    // A broken link, from this archive or from before.
    throw new EngineError('invalid', `cannot create directory ${shown(text)}: file exists`);
  });
  // From its parent, since a long path takes long to walk.
  return openInRoot(parent.fd, Buffer.from(name, 'latin1'), DIRECTORY | constants.O_NOFOLLOW);
}

/** Removes what is in a member's place. A directory stays if the member is a directory. */
async function clear(
  parent: OpenFile,
  name: string,
  { type }: TarMember,
  destination: string,
  { keepKinds }: ExtractOptions,
): Promise<void> {
  const found = await lstat(pathIn(parent.fd, name)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) return;
  const was = found.isDirectory();
  const becomes = type === 'directory';
  if (was && becomes) return;
  if (was !== becomes && keepKinds) {
    const kind = (isDirectory: boolean) => (isDirectory ? 'directory' : 'non-directory');
    const path = posix.join(destination, name);
    throw new EngineError(
      'invalid',
      `cannot overwrite ${kind(was)} "${path}" with ${kind(becomes)} "${destination}"`,
    );
  }
  await removeTree(parent.fd, name);
}

const DEVICE_TYPES = { char: 0o020000, block: 0o060000, fifo: 0o010000 };

async function write(at: Buffer, { member, content }: TarEntry): Promise<void> {
  const { type } = member;
  switch (type) {
    case 'directory':
      await mkdir(at, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
      return;
    case 'symlink':
      return symlink(Buffer.from(member.target, 'latin1'), at);
    case 'char':
    case 'block':
    case 'fifo':
      return makeNode(at, DEVICE_TYPES[type] | 0o600, type === 'fifo' ? [0, 0] : member.device);
    default: {
      const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
      await using file = await open(at, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
      for await (const chunk of content) await file.writeFile(chunk);
    }
  }
}

/** Sets permissions and extended attributes of a new file. Not for links. */
async function setAttributes(at: Buffer, member: TarMember): Promise<void> {
  const { O_NOFOLLOW } = constants;
  // By descriptor: chmod(2) would follow a link that replaced the file meanwhile.
  await using file = await open(at, O_PATH | O_NOFOLLOW);
  if ((await file.stat()).isSymbolicLink()) return;
  const path = `/proc/self/fd/${file.fd}`;
  await chmod(path, member.mode);
  for (const [name, value] of Object.entries(member.xattrs)) {
    if (name === 'security.capability' || name.startsWith('user.')) writeXattr(at, name, value);
  }
}

function pathOf(destination: string, name: string): Buffer {
  return Buffer.from(posix.join(bytesOf(destination), name), 'latin1');
}

function bytesOf(path: string): string {
  return Buffer.from(path).toString('latin1');
}
