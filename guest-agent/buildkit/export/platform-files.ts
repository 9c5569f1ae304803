import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileContent } from '../../store/tar/file-content.ts';
import { tarMember } from '../../store/tar/member.ts';
import type { TarItem } from '../../store/tar/writer.ts';
import { directoryItems } from './directory-items.ts';
import type { StatementSubject } from './statement.ts';

/** A file of an output, for a tar or for the client's directory. */
export interface OutputFile extends TarItem {
  /** Where the content is. Only regular files have content. */
  readonly file?: string;
}

/** How the files of one platform appear in an output. */
export interface Placement {
  /** The directory for the platform's files. Empty: no directory of their own. */
  readonly directory: string;
  /** In seconds since 1970, the time of every file. */
  readonly epoch: number | undefined;
}

/** The files below `root`, in the order in which clients expect them. */
export async function* filesBelow(root: string): AsyncGenerator<OutputFile> {
  for await (const item of directoryItems(root)) {
    const file = join(root, Buffer.from(item.member.name, 'latin1').toString('utf8'));
    yield { ...item, ...(item.member.type === 'file' && { file }) };
  }
}

/** Adds files to the top of a tree, in order of their names. `added` are the paths of the files. */
export async function* withFiles(
  files: AsyncIterable<OutputFile>,
  added: ReadonlyMap<string, string>,
): AsyncGenerator<OutputFile> {
  const waiting = [...added].sort(([a], [b]) => (a < b ? -1 : 1));
  for await (const each of files) {
    const [top = ''] = each.member.name.split('/', 1);
    for (const [name, file] of waiting.splice(0, waiting.findLastIndex(([n]) => n < top) + 1)) {
      yield await addedFile(name, file);
    }
    yield each;
  }
  for (const [name, file] of waiting) yield await addedFile(name, file);
}

async function addedFile(name: string, file: string): Promise<OutputFile> {
  const { size, mtimeMs } = await stat(file);
  const times = { mtime: Math.floor(mtimeMs / 1000) };
  const member = tarMember({ name, type: 'file', mode: 0o600, size, ...times });
  return { member, content: fileContent(file), file };
}

/** Puts the files of a tree in their place. */
export async function* placed(
  files: AsyncIterable<OutputFile>,
  { directory, epoch }: Placement,
): AsyncGenerator<OutputFile> {
  const time = epoch === undefined ? {} : { mtime: epoch };
  const inside = (name: string) => (directory === '' ? name : `${directory}/${name}`);
  if (directory !== '') {
    yield { member: { ...tarMember({ name: directory, type: 'directory' }), ...time } };
  }
  for await (const each of files) {
    const { member } = each;
    const target = member.type === 'link' ? inside(member.target) : member.target;
    yield { ...each, member: { ...member, name: inside(member.name), target, ...time } };
  }
}

/** The regular files below `root` with their digests, for attestations about them. */
export async function fileSubjects(root: string): Promise<StatementSubject[]> {
  const subjects: StatementSubject[] = [];
  for await (const { member, content } of directoryItems(root)) {
    if (member.type !== 'file') continue;
    const hash = createHash('sha256');
    for await (const chunk of content ?? []) hash.update(chunk);
    const name = Buffer.from(member.name, 'latin1').toString('utf8');
    subjects.push({ name, digest: { sha256: hash.digest('hex') } });
  }
  return subjects;
}

/** `provenance.json` of `linux/arm64` among the files of several platforms. */
export function platformFileName(name: string, platform: string): string {
  const [, base = name, ending = ''] = /^(.*?)(\.[^.]*)?$/.exec(name) ?? [];
  return `${base}.${platform.replaceAll('/', '_')}${ending}`;
}
