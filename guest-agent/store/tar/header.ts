import { EngineError } from '../../errors.ts';

/** The block size of the format: POSIX pax(1), "ustar Interchange Format". */
export const BLOCK = 512;

/** One header block as written, with its numbers parsed. Names are bytes, as latin1 characters. */
export interface TarHeader {
  readonly name: string;
  /** Type flag: `0` file, `5` directory, `x` and `g` pax, `L` and `K` GNU long names, ... */
  readonly type: string;
  /** As written, for any type. Only plain files and extended headers have content. */
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly target: string;
}

/** The error for bytes that aren't a tar, or a tar that Berth doesn't accept. */
export function invalidTar(reason: string, options?: { cause?: unknown }): EngineError {
  return new EngineError('invalid', `invalid tar: ${reason}`, options);
}

/** Shortens a name for a message. */
export function shown(name: string): string {
  return name.length > 100 ? `${name.slice(0, 100)}…` : name;
}

/** Whether a tar can begin with this block: it is a header, not the end mark. */
export function isHeader(block: Buffer): boolean {
  if (block.length < BLOCK || isEndMark(block)) return false;
  try {
    parseHeader(block);
    return true;
  } catch (error) {
    if (error instanceof EngineError) return false;
    throw error;
  }
}

/** Throws EngineError 'invalid' unless the block is a header. */
export function parseHeader(block: Buffer): TarHeader {
  const sum = octal(block, 148, 8);
  if (sum === undefined || (checksum(block) !== sum && signedChecksum(block) !== sum)) {
    throw invalidTar("a header's checksum is wrong");
  }
  const prefix = isPosix(block) ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    type: block.toString('latin1', 156, 157).replace('\0', '0'),
    size: number(block, 124, 12, 'size'),
    mode: number(block, 100, 8, 'mode'),
    uid: number(block, 108, 8, 'user ID'),
    gid: number(block, 116, 8, 'group ID'),
    mtime: number(block, 136, 12, 'modification time'),
    target: text(block, 157, 100),
  };
}

/** The major and minor number of a device. Throws EngineError 'invalid'. */
export function deviceOf(block: Buffer): readonly [major: number, minor: number] {
  const numbers = [number(block, 329, 8, 'device'), number(block, 337, 8, 'device')] as const;
  if (numbers.some((each) => each < 0 || each > 0xff_ffff)) {
    throw invalidTar('a device number is out of range');
  }
  return numbers;
}

export function isEndMark(block: Buffer): boolean {
  return block.every((byte) => byte === 0);
}

/** Rounds a size up to full blocks, since zeros follow the content. */
export function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

/** The input of `ustarBlock`. Names that don't fit are cut. */
export interface UstarFields {
  readonly name: string;
  readonly prefix?: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly type: string;
  readonly target: string;
  readonly device: readonly [major: number, minor: number];
}

/** A POSIX header block. Numbers that don't fit into octal digits are binary (GNU). */
export function ustarBlock(fields: UstarFields): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(fields.name.slice(0, 100), 0, 'latin1');
  writeNumber(block, fields.mode, 100, 8);
  writeNumber(block, fields.uid, 108, 8);
  writeNumber(block, fields.gid, 116, 8);
  writeNumber(block, fields.size, 124, 12);
  writeNumber(block, fields.mtime, 136, 12);
  block.fill(' ', 148, 156);
  block.write(fields.type, 156, 'latin1');
  block.write(fields.target.slice(0, 100), 157, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  writeNumber(block, fields.device[0], 329, 8);
  writeNumber(block, fields.device[1], 337, 8);
  block.write((fields.prefix ?? '').slice(0, 155), 345, 'latin1');
  block.write(`${checksum(block).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** The name and prefix fields as written, to write the block again. */
export function nameFields(block: Buffer): { name: string; prefix: string } {
  return { name: text(block, 0, 100), prefix: isPosix(block) ? text(block, 345, 155) : '' };
}

/** With GNU's magic, other fields are in the place of POSIX's prefix. */
function isPosix(block: Buffer): boolean {
  return block.toString('latin1', 257, 263) === 'ustar\0';
}

/** The sum of all bytes, with blanks in place of the checksum field. */
function checksum(block: Buffer): number {
  let sum = 8 * 0x20;
  // Without an iterator, since there may be a million headers.
  for (let at = 0; at < BLOCK; at++) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  return sum;
}

/** Some old tools add bytes from -128 to 127. */
function signedChecksum(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let at = 0; at < BLOCK; at++) {
    if (at < 148 || at >= 156) sum += ((block[at] ?? 0) << 24) >> 24;
  }
  return sum;
}

function text(block: Buffer, offset: number, length: number): string {
  const end = block.subarray(offset, offset + length).indexOf(0);
  return block.toString('latin1', offset, offset + (end === -1 ? length : end));
}

/** Undefined if the text isn't an octal number. Blanks around the digits are ignored. */
function octal(block: Buffer, offset: number, width: number): number | undefined {
  // Nearly all numbers are digits alone, and a layer has millions of numbers.
  let value = 0;
  for (let at = offset; at < offset + width; at++) {
    const byte = block[at] ?? 0;
    if (byte === 0 && at > offset) return value;
    if (byte < 0x30 || byte > 0x37) return spacedOctal(block, offset, width);
    value = value * 8 + byte - 0x30;
  }
  return value;
}

function spacedOctal(block: Buffer, offset: number, width: number): number | undefined {
  const digits = block
    .toString('latin1', offset, offset + width)
    .replace(/^[ \0]*([^\0]*?)[ \0]*(?:\0.*)?$/s, '$1');
  if (digits === '') return 0;
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

/** Octal digits, or a binary number whose first bit is set for larger values (GNU). */
function number(block: Buffer, offset: number, width: number, what: string): number {
  let value: number | undefined;
  if (((block[offset] ?? 0) & 0x80) === 0) value = octal(block, offset, width);
  else {
    const bits = BigInt(8 * width - 1);
    const written = BigInt(`0x${block.toString('hex', offset, offset + width)}`) & ~(1n << bits);
    value = Number(BigInt.asIntN(Number(bits), written));
  }
  if (value === undefined || !Number.isSafeInteger(value)) {
    throw invalidTar(`a header's ${what} isn't a number`);
  }
  return value;
}

function writeNumber(block: Buffer, value: number, offset: number, width: number): void {
  const digits = value.toString(8);
  if (digits.length < width) {
    block.write(`${digits.padStart(width - 1, '0')}\0`, offset, 'latin1');
    return;
  }
  block.write(value.toString(16).padStart(2 * width, '0'), offset, 'hex');
  block[offset] = 0x80;
}
