import { EngineError } from '../../errors.ts';
import { BLOCK, isEndMark, parseHeader, parsePax } from '../layers/tar-header.ts';
import { ByteReader } from './byte-reader.ts';
import { type TarMember, type TarType, tarMember } from './member.ts';

/** A member of a tar that is being read. */
export interface TarEntry {
  readonly member: TarMember;
  /** To be read before the next entry is asked for; what isn't is passed over. */
  readonly content: AsyncIterable<Buffer>;
}

const TYPES: Readonly<Record<string, TarType>> = {
  ...{ 0: 'file', 7: 'file', 1: 'link', 2: 'symlink', 3: 'char', 4: 'block' },
  ...{ 5: 'directory', 6: 'fifo' },
};
const XATTR = 'SCHILY.xattr.';
/** More than any file system takes for a name, or any tool writes into an extended header. */
const MAX_EXTENSION_BYTES = 1 << 20;

/**
 * The members of a POSIX or GNU tar, as they come. Names stay bytes. Reads up to the end mark.
 * Throws EngineError 'invalid' for what is no tar, or a cut one.
 */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  await using input = new ByteReader(source);
  let pax: Record<string, string> = {};
  for (;;) {
    const block = await input.take(BLOCK);
    if (block === undefined || isEndMark(block)) return;
    const header = parseHeader(block);
    if (/[xLKg]/.test(header.type)) {
      if (header.size > MAX_EXTENSION_BYTES)
        throw new EngineError('invalid', 'tar: header too long');
      const data = (await input.whole(padded(header.size))).subarray(0, header.size);
      const value = data.toString('latin1').replace(/\0.*/s, '');
      if (header.type === 'x') pax = { ...pax, ...parsePax(data) };
      if (header.type === 'L') pax = { ...pax, path: value };
      if (header.type === 'K') pax = { ...pax, linkpath: value };
      continue;
    }
    const member = memberOf(block, header, pax);
    pax = {};
    const content = input.stream(member.size);
    yield { member, content };
    for await (const _ of content);
    // Docker's client leaves out the last member's padding, and the end mark, where it adds a
    // Dockerfile to a build context.
    await input.skip(padded(member.size) - member.size);
  }
}

function memberOf(
  block: Buffer,
  header: ReturnType<typeof parseHeader>,
  pax: Readonly<Record<string, string>>,
): TarMember {
  const written = pax.path ?? header.name;
  const plain = TYPES[header.type];
  // Old archives mark directories by the slash alone.
  const type = plain === 'file' && written.endsWith('/') ? 'directory' : plain;
  if (type === undefined) {
    throw new EngineError('invalid', `unhandled tar header type ${header.type} of ${written}`);
  }
  const number = (key: string, offset: number, width: number) =>
    Math.trunc(Number(pax[key] ?? field(block, offset, width)));
  const size = type === 'file' ? number('size', 124, 12) : 0;
  if (!Number.isSafeInteger(size) || size < 0)
    throw new EngineError('invalid', 'tar: invalid size');
  const xattrs = Object.entries(pax).filter(([key]) => key.startsWith(XATTR));
  return tarMember({
    name: written.replace(/(.)\/+$/, '$1'),
    type,
    mode: field(block, 100, 8) & 0o7777,
    uid: number('uid', 108, 8),
    gid: number('gid', 116, 8),
    mtime: number('mtime', 136, 12),
    size,
    target: pax.linkpath ?? block.toString('latin1', 157, 257).replace(/\0.*/s, ''),
    device: [field(block, 329, 8), field(block, 337, 8)],
    xattrs: Object.fromEntries(
      xattrs.map(([key, value]) => [key.slice(XATTR.length), Buffer.from(value, 'latin1')]),
    ),
  });
}

/** Octal digits, or, for what doesn't fit, a binary number after a set first bit (GNU). */
function field(block: Buffer, offset: number, width: number): number {
  const bytes = block.subarray(offset, offset + width);
  if (((bytes[0] ?? 0) & 0x80) === 0) {
    return Number.parseInt(bytes.toString('latin1').replace(/\0.*/s, '').trim() || '0', 8) || 0;
  }
  const value = BigInt(`0x${bytes.toString('hex')}`) & ((1n << BigInt(8 * width - 1)) - 1n);
  const negative = ((bytes[0] ?? 0) & 0x40) !== 0;
  return Number(negative ? value - (1n << BigInt(8 * width - 1)) : value);
}

function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}
