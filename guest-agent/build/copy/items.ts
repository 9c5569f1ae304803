import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, posix } from 'node:path';
import { pathIn, type TreeFile, walkTree } from '../../engine/archive/tree.ts';
import { TreeMembers } from '../../engine/archive/tree-members.ts';
import { loadFileCalls } from '../../runtime/files/file-calls.ts';
import type { TarMember } from '../../store/tar/member.ts';
import type { TarItem } from '../../store/tar/writer.ts';
import { identifyFiles } from './file-identity.ts';
import { type CopyItem, KnownHashes } from './known-hashes.ts';
import type { Owner } from './owner.ts';
import type { PermissionChange } from './permissions.ts';
import type { Source } from './sources.ts';

/** Changes to the files as they are copied. */
export interface CopyAs {
  /** If undefined, files keep their own owners. */
  readonly owner: Owner | undefined;
  /** If undefined, files keep their own permissions. */
  readonly change: PermissionChange | undefined;
  /** By path below a source directory. */
  readonly excluded: (path: string) => boolean;
  /** The paths that are copied of a directory, with the directories above them. Undefined for all. */
  readonly included?: ((path: string) => boolean) | undefined;
  /** False for a directory that a client sent, since clients send no extended attributes. */
  readonly hasXattrs?: boolean | undefined;
}

/** Keeps everything as it is. */
export const unchanged: CopyAs = { owner: undefined, change: undefined, excluded: () => false };

/** Encodes a path as bytes, the form of names in a tar. */
export function tarName(path: string): string {
  return Buffer.from(path, 'utf8').toString('latin1');
}

/**
 * The files of a source as members of a layer: the content of a directory goes below `target`, any
 * other file becomes `target`. Read the items in order, and each content before the next item.
 */
export async function* sourceItems(
  source: Source,
  target: string,
  as: CopyAs,
): AsyncGenerator<CopyItem> {
  await loadFileCalls();
  const members = new TreeMembers('own disk', { hasXattrs: as.hasXattrs ?? true });
  const isDirectory = source.stats.isDirectory();
  await using directory = await open(
    isDirectory ? source.path : dirname(source.path),
    constants.O_RDONLY | constants.O_DIRECTORY,
  );
  const identify = await identifyFiles(directory.fd);
  const files = isDirectory
    ? chosen(directory.fd, as)
    : [
        {
          name: '',
          path: pathIn(directory.fd, tarName(posix.basename(source.path))),
          stats: source.stats,
        },
      ];
  for await (const file of files as AsyncIterable<TreeFile> | Iterable<TreeFile>) {
    const item = await members.item(file, posix.join(tarName(target), file.name));
    if (item === undefined) continue;
    const member = { ...item.member, ...changes(item, as) };
    yield { ...item, member, identity: identify(file.stats) };
  }
}

/** The files of a directory that are copied, and the directories above them. */
async function* chosen(
  directory: number,
  { excluded, included = () => true }: CopyAs,
): AsyncGenerator<TreeFile> {
  /** Directories that are copied only if one of their files is. */
  const waiting: TreeFile[] = [];
  for await (const file of walkTree(directory, '', undefined, 'own disk')) {
    while (waiting.length > 0 && !file.name.startsWith(`${waiting.at(-1)?.name}/`)) waiting.pop();
    const path = Buffer.from(file.name, 'latin1').toString('utf8');
    if (included(path) && !excluded(path)) yield* [...waiting.splice(0), file];
    else if (file.stats.isDirectory()) waiting.push(file);
  }
}

function changes({ member }: TarItem, { owner, change }: CopyAs): Partial<TarMember> {
  const { type, mode } = member;
  return {
    ...(owner && { uid: owner.uid, gid: owner.gid }),
    ...(change && type !== 'symlink' && { mode: change.apply(mode, type === 'directory') }),
  };
}

/**
 * A hash of files and all that a copy keeps of them, except times. Copies with the same hash give
 * the same image, so the hash is the cache's key.
 */
export async function contentHash(
  items: AsyncIterable<CopyItem> | Iterable<CopyItem>,
  known = new KnownHashes(),
): Promise<string> {
  const hash = createHash('sha256');
  for await (const item of items) {
    const { mtime: _, xattrs, ...facts } = item.member;
    const attributes = Object.entries(xattrs)
      .map(([name, value]) => [name, value.toString('base64')])
      .sort();
    const content = facts.size === 0 ? '' : await known.ofContent(item);
    hash.update(`${JSON.stringify([facts, attributes, content])}\n`);
  }
  return hash.digest('hex');
}
