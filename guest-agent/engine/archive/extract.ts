import { constants } from 'node:fs';
import { chmod, lchown, link, lstat, lutimes, mkdir, open, symlink } from 'node:fs/promises';
import { posix } from 'node:path';
import { EngineError } from '../../errors.ts';
import {
  makeNode,
  O_PATH,
  type OpenFile,
  openInRoot,
  writeXattr,
} from '../../runtime/files/file-calls.ts';
import { shown } from '../../store/tar/header.ts';
import type { TarMember } from '../../store/tar/member.ts';
import { readTar, type TarEntry } from '../../store/tar/reader.ts';
import { removeTree } from './remove-tree.ts';
import { pathIn } from './tree.ts';

export interface ExtractOptions {
  /** A directory may not take the place of something else, nor the other way round. */
  readonly keepKinds: boolean;
  /** Who everything is to belong to, whatever the archive says. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  /** A member `.` stands for the destination itself: its owner, permissions and time. */
  readonly ownTop?: boolean;
}

/**
 * Unpacks a tar into a directory below `root`, both ends hostile: names are resolved by the kernel
 * inside of the root, and what is written is never reached through a link in its own place.
 * Throws EngineError 'invalid' for names that lead out of the directory; errors of the file system
 * keep their `code`.
 */
export async function extractTar(
  root: number,
  destination: string,
  tar: AsyncIterable<Uint8Array>,
  options: ExtractOptions,
): Promise<void> {
  /** Times by name. A directory may come again, and its last time counts. */
  const directories = new Map<string, number>();
  const place = (name: string) => Buffer.from(posix.join(bytesOf(destination), name), 'latin1');
  for await (const entry of readTar(tar)) {
    const { member } = entry;
    const name = inside(member.name, destination);
    if (name === '.') {
      if (!options.ownTop || member.type !== 'directory') continue;
      using top = openInRoot(root, place('.'), DIRECTORY);
      await lchown(pathIn(top.fd, '.'), member.uid, member.gid);
      await setAttributes(pathIn(top.fd, '.'), member);
      directories.set(name, member.mtime);
      continue;
    }
    using parent = await makeDirectories(root, place(posix.dirname(name)));
    const at = pathIn(parent.fd, posix.basename(name));
    await clear(parent, posix.basename(name), member, destination, options);
    if (member.type === 'link') {
      const target = inside(member.target, destination);
      using from = openInRoot(root, place(posix.dirname(target)), DIRECTORY);
      await link(pathIn(from.fd, posix.basename(target)), at);
      continue;
    }
    await write(at, entry);
    await lchown(at, options.owner?.uid ?? member.uid, options.owner?.gid ?? member.gid);
    // After the owner: a change of that one takes these away.
    if (member.type !== 'symlink') await setAttributes(at, member);
    if (member.type === 'directory') directories.set(name, member.mtime);
    else await lutimes(at, member.mtime, member.mtime);
  }
  // Last, since everything that is put into a directory changes its time.
  for (const [name, mtime] of [...directories].reverse()) {
    try {
      using directory = openInRoot(root, place(name), DIRECTORY | constants.O_NOFOLLOW);
      await lutimes(pathIn(directory.fd, '.'), mtime, mtime);
    } catch (error) {
      // A later member may have taken the place of the directory, or of one above it.
      if (!REPLACED.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
}

const REPLACED = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);
const DIRECTORY = O_PATH | constants.O_DIRECTORY;

/** A member's name below the destination. */
function inside(written: string, destination: string): string {
  const name = posix.normalize(written.replace(/^\/+/, '') || '.').replace(/\/$/, '');
  if (name === '..' || name.startsWith('../')) {
    throw new EngineError('invalid', `"${written}" is outside of "${destination}"`);
  }
  return name;
}

/** Opens a directory; it and those above it are made where missing. */
async function makeDirectories(root: number, path: Buffer): Promise<OpenFile> {
  try {
    return openInRoot(root, path, DIRECTORY);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const text = path.toString('latin1');
  using parent = await makeDirectories(root, Buffer.from(posix.dirname(text), 'latin1'));
  const name = posix.basename(text);
  await mkdir(pathIn(parent.fd, name), { mode: 0o755 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    // A link to nowhere, of this archive or from before.
    throw new EngineError('invalid', `cannot create directory ${shown(text)}: file exists`);
  });
  return openInRoot(root, path, DIRECTORY);
}

/** Makes room for a member; a directory stays for a directory. */
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

/** Permissions and extended attributes of what was just made; not of a link. */
async function setAttributes(at: Buffer, member: TarMember): Promise<void> {
  const { O_NOFOLLOW } = constants;
  // By descriptor: chmod(2) would follow a link that was put here meanwhile.
  await using file = await open(at, O_PATH | O_NOFOLLOW);
  if ((await file.stat()).isSymbolicLink()) return;
  const path = `/proc/self/fd/${file.fd}`;
  await chmod(path, member.mode);
  for (const [name, value] of Object.entries(member.xattrs)) {
    if (name === 'security.capability' || name.startsWith('user.')) writeXattr(at, name, value);
  }
}

function bytesOf(path: string): string {
  return Buffer.from(path).toString('latin1');
}
