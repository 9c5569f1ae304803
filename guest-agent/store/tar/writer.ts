import { BLOCK } from '../layers/tar-header.ts';
import type { TarMember } from './member.ts';

/** A member and what is in it: exactly `size` bytes. */
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
 * Writes a POSIX tar (pax(1)), the same bytes for the same members. Ours, because the libraries
 * take names and extended attributes for text, and change bytes that aren't UTF-8.
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

/** Everything of a member that stands before its content. */
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

/** Longer than the header's field, or bytes that readers without a record could take for others. */
function needsRecord(value: string): boolean {
  return value.length > 100 || /[^\x20-\x7e]/.test(value);
}

/** `LENGTH KEY=VALUE\n`, the length counting itself. */
function paxRecord(key: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from('\n')]);
  let length = rest.length;
  while (String(length).length + rest.length !== length) {
    length = String(length).length + rest.length;
  }
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

function ustarHeader(member: TarMember, name: string, type: string): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, offset: number, width: number, limit: number) => {
    const fitting = Math.max(0, Math.min(value, limit));
    block.write(`${fitting.toString(8).padStart(width - 1, '0')}\0`, offset, 'latin1');
  };
  block.write(name.slice(0, 100), 0, 'latin1');
  octal(member.mode, 100, 8, 0o7777);
  octal(member.uid, 108, 8, MAX_OCTAL_ID);
  octal(member.gid, 116, 8, MAX_OCTAL_ID);
  octal(member.size, 124, 12, MAX_OCTAL_SIZE);
  octal(member.mtime, 136, 12, MAX_OCTAL_SIZE);
  block.fill(' ', 148, 156);
  block.write(type, 156, 'latin1');
  block.write(member.target.slice(0, 100), 157, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  octal(member.device[0], 329, 8, MAX_OCTAL_ID);
  octal(member.device[1], 337, 8, MAX_OCTAL_ID);
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  block.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
