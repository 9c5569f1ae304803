import { BLOCK, ustarBlock } from './header.ts';
import type { TarMember } from './member.ts';

/** A member with its content of exactly `size` bytes. */
export interface TarItem {
  readonly member: TarMember;
  readonly content?: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

const TYPES = {
  file: '0',
  link: '1',
  symlink: '2',
  char: '3',
  block: '4',
  directory: '5',
  fifo: '6',
};
const MAX_OCTAL_ID = 0o7777777;
const MAX_OCTAL_SIZE = 0o77777777777;

/**
 * Writes a POSIX tar (pax(1)), with the same bytes for the same members. Libraries treat names and
 * extended attributes as text and change bytes that aren't UTF-8, so this is our own.
 */
export async function* writeTar(
  items: AsyncIterable<TarItem> | Iterable<TarItem>,
): AsyncGenerator<Buffer> {
  for await (const { member, content } of items) {
    yield memberHeader(member);
    if (member.size === 0) continue;
    for await (const chunk of content ?? []) yield asBuffer(chunk);
    const rest = member.size % BLOCK;
    if (rest !== 0) yield Buffer.alloc(BLOCK - rest);
  }
  yield Buffer.alloc(2 * BLOCK);
}

/** All bytes of a member before its content. */
function memberHeader(member: TarMember): Buffer {
  const name = member.type === 'directory' ? `${member.name}/` : member.name;
  const records: [string, Buffer][] = [];
  const text = (key: string, value: string) => records.push([key, Buffer.from(value, 'latin1')]);
  if (needsRecord(name)) text('path', name);
  if (needsRecord(member.target)) text('linkpath', member.target);
  if (member.uid > MAX_OCTAL_ID) text('uid', String(member.uid));
  if (member.gid > MAX_OCTAL_ID) text('gid', String(member.gid));
  if (member.size > MAX_OCTAL_SIZE) text('size', String(member.size));
  if (member.mtime < 0 || member.mtime > MAX_OCTAL_SIZE) text('mtime', String(member.mtime));
  for (const key of Object.keys(member.xattrs).sort()) {
    records.push([`SCHILY.xattr.${key}`, member.xattrs[key] ?? Buffer.alloc(0)]);
  }
  const own = ustarHeader(member, name, TYPES[member.type]);
  if (records.length === 0) return own;
  const pax = Buffer.concat(records.map(([key, value]) => paxRecord(key, value)));
  const before = ustarHeader(
    { ...member, mode: 0o644, uid: 0, gid: 0, size: pax.length, target: '', device: [0, 0] },
    'PaxHeaders.0/member',
    'x',
  );
  return Buffer.concat([before, pax, Buffer.alloc(-pax.length & (BLOCK - 1)), own]);
}

/**
 * Whether a value is too long for the header's field, or has bytes that readers could misinterpret
 * without a record.
 */
function needsRecord(value: string): boolean {
  return value.length > 100 || /[^\x20-\x7e]/.test(value);
}

/** `LENGTH KEY=VALUE\n`, where the length includes itself. */
function paxRecord(key: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from('\n')]);
  let length = rest.length;
  while (String(length).length + rest.length !== length) {
    length = String(length).length + rest.length;
  }
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

/** Values that don't fit are in a record before the header, and are cut here. */
function ustarHeader(member: TarMember, name: string, type: string): Buffer {
  const fitting = (value: number, limit: number) => Math.max(0, Math.min(value, limit));
  return ustarBlock({
    ...{ name, type, target: member.target, mode: member.mode },
    uid: fitting(member.uid, MAX_OCTAL_ID),
    gid: fitting(member.gid, MAX_OCTAL_ID),
    size: fitting(member.size, MAX_OCTAL_SIZE),
    mtime: fitting(member.mtime, MAX_OCTAL_SIZE),
    device: [fitting(member.device[0], MAX_OCTAL_ID), fitting(member.device[1], MAX_OCTAL_ID)],
  });
}

function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
