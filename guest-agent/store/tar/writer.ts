import { BLOCK, ustarBlock } from './header.ts';
import type { TarMember } from './member.ts';

/** A member with its content of exactly `size` bytes. */
export interface TarItem {
  readonly member: TarMember;
  /** A chunk is valid until the next is asked for. */
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

/** The size of the chunks of a tar. Each costs its readers much more than its bytes do. */
const CHUNK_BYTES = 256 << 10;

/**
 * Writes a POSIX tar (pax(1)), with the same bytes for the same members. Libraries treat names and
 * extended attributes as text and change bytes that aren't UTF-8, so this is our own.
 */
export async function* writeTar(
  items: AsyncIterable<TarItem> | Iterable<TarItem>,
): AsyncGenerator<Buffer> {
  const chunks = new Chunks();
  for await (const { member, content } of items) {
    yield* chunks.add(memberHeader(member));
    if (member.size === 0 || content === undefined) continue;
    if (Symbol.iterator in content) for (const piece of content) yield* chunks.add(piece);
    else for await (const piece of content) yield* chunks.add(piece);
    const rest = member.size % BLOCK;
    if (rest !== 0) yield* chunks.add(ZEROS.subarray(rest));
  }
  yield* chunks.add(Buffer.alloc(2 * BLOCK));
  yield chunks.rest();
}

const ZEROS = Buffer.alloc(BLOCK);

/** Copies pieces of any size into chunks of one size. */
class Chunks {
  #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #filled = 0;

  /** Returns the chunks that the piece completes. */
  add(piece: Uint8Array): readonly Buffer[] {
    const free = CHUNK_BYTES - this.#filled;
    if (piece.length < free) {
      this.#chunk.set(piece, this.#filled);
      this.#filled += piece.length;
      return NONE;
    }
    const full: Buffer[] = [];
    for (let at = 0; at < piece.length; ) {
      const part = piece.subarray(at, at + CHUNK_BYTES - this.#filled);
      this.#chunk.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === CHUNK_BYTES) full.push(this.rest());
    }
    return full;
  }

  /** The bytes that no chunk has yet. */
  rest(): Buffer {
    const chunk = this.#chunk.subarray(0, this.#filled);
    this.#chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.#filled = 0;
    return chunk;
  }
}

const NONE: readonly Buffer[] = [];

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
