import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, posix } from 'node:path';
import { pathIn, type TreeFile, walkTree } from '../../engine/archive/tree.ts';
import { TreeMembers } from '../../engine/archive/tree-members.ts';
import { loadFileCalls } from '../../runtime/files/file-calls.ts';
import type { TarMember } from '../../store/tar/member.ts';
import type { TarItem } from '../../store/tar/writer.ts';
import type { Source } from './sources.ts';

/** Changes to the files as they are copied. */
export interface CopyAs {
  readonly uid: number;
  readonly gid: number;
  /** Permissions of all copied files. If undefined, files keep their own. */
  readonly mode: number | undefined;
  /** By path below the source, or by name if the source isn't a directory. */
  readonly excluded: (path: string) => boolean;
}

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
): AsyncGenerator<TarItem> {
  await loadFileCalls();
  const members = new TreeMembers('own disk');
  const isDirectory = source.stats.isDirectory();
  await using directory = await open(
    isDirectory ? source.path : dirname(source.path),
    constants.O_RDONLY | constants.O_DIRECTORY,
  );
  const files = isDirectory
    ? walkTree(directory.fd, '', undefined, 'own disk')
    : [
        {
          name: '',
          path: pathIn(directory.fd, tarName(posix.basename(source.path))),
          stats: source.stats,
        },
      ];
  const pathOf = ({ name }: TreeFile) =>
    isDirectory ? Buffer.from(name, 'latin1').toString('utf8') : posix.basename(source.name);
  for await (const file of files as AsyncIterable<TreeFile> | Iterable<TreeFile>) {
    if (as.excluded(pathOf(file))) continue;
    const item = await members.item(file, posix.join(tarName(target), file.name));
    if (item !== undefined) yield { ...item, member: { ...item.member, ...ownership(item, as) } };
  }
}

function ownership({ member }: TarItem, { uid, gid, mode }: CopyAs): Partial<TarMember> {
  return { uid, gid, ...(mode === undefined || member.type === 'symlink' ? {} : { mode }) };
}

/**
 * A hash of files and all that a copy keeps of them, except times. Copies with the same hash give
 * the same image, so the hash is the cache's key.
 */
export async function contentHash(
  items: AsyncIterable<TarItem> | Iterable<TarItem>,
): Promise<string> {
  const hash = createHash('sha256');
  for await (const { member, content } of items) {
    const { mtime: _, xattrs, ...facts } = member;
    const attributes = Object.entries(xattrs)
      .map(([name, value]) => [name, value.toString('base64')])
      .sort();
    hash.update(`${JSON.stringify([facts, attributes])}\n`);
    for await (const chunk of content ?? []) hash.update(chunk);
  }
  return hash.digest('hex');
}
