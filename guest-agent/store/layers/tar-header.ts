import { EngineError } from '../../errors.ts';

/** The format's unit: POSIX pax(1), "ustar Interchange Format". */
export const BLOCK = 512;

export interface TarHeader {
  /** As written, every byte a latin1 character. */
  readonly name: string;
  /** Type flag: `0` file, `5` directory, `x` and `g` pax, `L` and `K` GNU long names, ... */
  readonly type: string;
  /** As written; only plain files have content. */
  readonly size: number;
}

/** Throws EngineError 'invalid' when the block is no header. */
export function parseHeader(block: Buffer): TarHeader {
  if (checksum(block) !== octal(block, 148, 8)) {
    throw new EngineError('invalid', "the layer isn't a valid tar: a header's checksum is wrong");
  }
  const isPosix = block.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isPosix ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  const type = block.toString('latin1', 156, 157).replace('\0', '0');
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    type,
    size: number(block, 124, 12),
  };
}

export function isEndMark(block: Buffer): boolean {
  return block.every((byte) => byte === 0);
}

/** The records of a pax extended header: `LENGTH KEY=VALUE\n`. Stops at what isn't one. */
export function parsePax(data: Buffer): Record<string, string> {
  const records: Record<string, string> = {};
  let rest = data.toString('latin1');
  for (;;) {
    const [, digits = ''] = /^(\d{1,7}) /.exec(rest) ?? [];
    const record = rest.slice(digits.length + 1, Number(digits) - 1);
    const equals = record.indexOf('=');
    if (digits === '' || equals === -1) return records;
    records[record.slice(0, equals)] = record.slice(equals + 1);
    rest = rest.slice(Number(digits));
  }
}

/** An entry for a directory of root's with mode 0755. Takes a name as `parseHeader` gives it. */
export function directoryEntry(name: string): Buffer {
  const bytes = Buffer.from(`${name}/`, 'latin1');
  if (bytes.length <= 100) return header(bytes, '5', 0);
  const long = Buffer.alloc(Math.ceil((bytes.length + 1) / BLOCK) * BLOCK);
  bytes.copy(long);
  return Buffer.concat([
    header(Buffer.from('././@LongLink'), 'L', bytes.length + 1),
    long,
    header(bytes.subarray(0, 100), '5', 0),
  ]);
}

function header(name: Buffer, type: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  name.copy(block);
  block.write('0000755\x000000000\x000000000\0', 100, 'latin1');
  block.write(`${size.toString(8).padStart(11, '0')}\x0000000000000\0`, 124, 'latin1');
  block.write(type, 156, 'latin1');
  block.write('ustar  \0', 257, 'latin1');
  block.write(`${checksum(block).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** The sum of all bytes, the checksum field itself taken as blanks. */
function checksum(block: Buffer): number {
  let sum = 8 * 0x20;
  for (const [index, byte] of block.entries()) if (index < 148 || index >= 156) sum += byte;
  return sum;
}

function text(block: Buffer, offset: number, length: number): string {
  return block.toString('latin1', offset, offset + length).replace(/\0.*/s, '');
}

function octal(block: Buffer, offset: number, length: number): number {
  return Number.parseInt(text(block, offset, length).trim() || '0', 8);
}

/** Octal digits, or, for what doesn't fit, a binary number after a set first bit (GNU). */
function number(block: Buffer, offset: number, length: number): number {
  if (((block[offset] ?? 0) & 0x80) === 0) return octal(block, offset, length);
  return Number(BigInt(`0x${block.toString('hex', offset + 1, offset + length)}`));
}
