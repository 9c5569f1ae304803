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

/** What becomes of the files on their way. */
export interface CopyAs {
  readonly uid: number;
  readonly gid: number;
  /** Permissions of everything that is copied; undefined keeps them. */
  readonly mode: number | undefined;
  /** By path below the source, or by the name of a source that is no directory. */
  readonly excluded: (path: string) => boolean;
}

/** Names in a tar are bytes. */
export function tarName(path: string): string {
  return Buffer.from(path, 'utf8').toString('latin1');
}

/**
 * The files of a source as members of a layer: what is in a directory below `target`, any other
 * file as `target` itself. To be read in order, each content before the next item.
 */
export async function* sourceItems(
  source: Source,
  target: string,
  as: CopyAs,
): AsyncGenerator<TarItem> {
  await loadFileCalls();
  const members = new TreeMembers();
  const isDirectory = source.stats.isDirectory();
  await using directory = await open(
    isDirectory ? source.path : dirname(source.path),
    constants.O_RDONLY | constants.O_DIRECTORY,
  );
  const files = isDirectory
    ? walkTree(directory.fd)
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
 * A name for files and all that a copy of them keeps, times aside: copies with the same one give
 * the same image (the cache's key).
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
