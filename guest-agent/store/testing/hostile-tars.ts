const BLOCK = 512;

/** Random numbers, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Names that have caused bugs in readers of tars. */
const NAMES = [
  ...['a', 'b', 'a/b', 'a/b/c', './a', 'a/', 'b/', 'a/b/', 'c', 'd/e', 'l', 'l/x', 'A/../b'],
  ...['', '.', './', '/', '//', '..', '../', '../x', 'a/..', 'a/../..', 'a/.', './/', '/./', '/a'],
  ...['.wh.', '.wh..', '.wh...', 'a/.wh.', 'a/.wh..', 'a/.wh...', '.wh.a', 'a/.wh.b', '.wh.a/'],
  ...['.wh..wh..opq', 'a/.wh..wh..opq', '.wh..wh.plnk', '.wh..wh.', '.wh.a/x', 'a//b', 'a/./b'],
  ...['x'.repeat(100), `${'x'.repeat(99)}/`, 'y'.repeat(255), 'z'.repeat(256), 'p/'.repeat(60)],
  ...['caf\xe9', '\x01', ' ', 'a b', 'a\nb', '%s%n', 'q/'.repeat(2000), 'r'.repeat(5000)],
] as const;
const PLAIN = [
  'a',
  'a/',
  'a/b',
  'a/b/c',
  './a/b/',
  'd/e/f',
  'g',
  'h',
  './',
  'i/.wh.j',
  '.wh.k',
  'i/',
];
const TYPES = '0000000000000000000000000000005555555512121212234673456gSVDMNX\0\0';
const RECORDS: readonly (readonly [key: string, value: string])[] = [
  // With an empty path, one of the names is chosen.
  ...['path', 'path', 'path', 'linkpath', 'linkpath'].map((key) => [key, ''] as const),
  ...['0', '700', '-1', '99999999999'].map((value) => ['size', value] as const),
  ...['1.5', 'abc', '-7', '1.99999999999'].map((value) => ['mtime', value] as const),
  ...['7', '4294967296', '0x7', ''].map((value) => ['uid', value] as const),
  ['gid', '-1'],
  ['SCHILY.xattr.user.a', 'b=c'],
  ['SCHILY.xattr.user.n', '\0\xff'],
  ['SCHILY.xattr.trusted.overlay.opaque', 'y'],
  ['SCHILY.xattr.', 'x'],
  ['SCHILY.xattr.nothing', 'x'],
  ['LIBARCHIVE.xattr.user.a', 'YQ=='],
  ['LIBARCHIVE.xattr.%7f', '!'],
  ['comment', 'x'],
  [' path', 'b'],
  ['GNU.sparse.major', '1'],
];

/**
 * A random tar of the format's parts, most of them in order and some not: names, types, extended
 * headers, sizes, checksums, magics.
 */
export function hostileTar(random: () => number): Buffer {
  const pick = <T>(from: ArrayLike<T>): T => from[Math.floor(random() * from.length)] as T;
  const chance = (share: number) => random() < share;
  // Most names are ordinary, since an archive is rejected at its first bad name.
  const name = () => (chance(0.7) ? pick(PLAIN) : pick(NAMES));
  const parts: Buffer[] = [];
  const count = 1 + Math.floor(random() * 6);
  for (let member = 0; member < count; member++) {
    if (chance(0.15)) parts.push(...longName(pick('LLLK'), name(), pick(['\0', '', '\0x'])));
    if (chance(0.3)) parts.push(...paxHeader(chance(0.15) ? 'g' : 'x', records(pick, chance)));
    if (chance(0.05)) parts.push(...longName(pick('LK'), name(), '\0'));
    const type = pick(TYPES);
    const content = Buffer.alloc(
      chance('07'.includes(type) ? 0.3 : 0.05) ? Math.floor(random() * 1200) : 0,
      'content',
    );
    const block = header({
      name: name(),
      type,
      size: content.length,
      target: '12'.includes(type) || chance(0.2) ? name() : '',
      prefix: chance(0.1) ? name() : '',
      magic: chance(0.1) ? pick(['ustar  \0', 'ustarX00', '\0\0\0\0\0\0\0\0']) : 'ustar\x0000',
    });
    if (chance(0.05)) mutate(block, random);
    parts.push(block, pad(content));
  }
  if (chance(0.9)) parts.push(Buffer.alloc(2 * BLOCK));
  const tar = Buffer.concat(parts);
  return chance(0.05) ? tar.subarray(0, Math.floor(random() * tar.length)) : tar;
}

/** A tar of one empty file, with a pax header of exactly these bytes. */
export function tarWithPax(data: string): Buffer {
  const file = header({ name: 'file', type: '0', size: 0 });
  return Buffer.concat([
    ...paxHeader('x', Buffer.from(data, 'latin1')),
    file,
    Buffer.alloc(2 * BLOCK),
  ]);
}

type Pick = <T>(from: ArrayLike<T>) => T;

function records(pick: Pick, chance: (share: number) => boolean): Buffer {
  const made: Buffer[] = [];
  do {
    const [key, value] = pick(RECORDS);
    const text = key.endsWith('path') && value === '' ? pick(NAMES) : value;
    made.push(
      paxRecord(key, text, chance(0.05) ? pick(['0', '1', '-3', '99999999', '5 ', '']) : ''),
    );
  } while (chance(0.4));
  return Buffer.concat(made);
}

function paxRecord(key: string, value: string, length: string): Buffer {
  const rest = ` ${key}=${value}\n`;
  let own = rest.length;
  while (String(own).length + rest.length !== own) own = String(own).length + rest.length;
  return Buffer.from((length || String(own)) + rest, 'latin1');
}

function paxHeader(type: string, data: Buffer): Buffer[] {
  return [header({ name: 'pax', type, size: data.length }), pad(data)];
}

function longName(type: string, name: string, end: string): Buffer[] {
  const data = Buffer.from(name + end, 'latin1');
  return [header({ name: '././@LongLink', type, size: data.length }), pad(data)];
}

interface Fields {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly target?: string;
  readonly prefix?: string;
  readonly magic?: string;
}

function header({
  name,
  type,
  size,
  target = '',
  prefix = '',
  magic = 'ustar\x0000',
}: Fields): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(name.slice(0, 100), 0, 'latin1');
  block.write('0000755\x000000000\x000000000\0', 100, 'latin1');
  block.write(`${size.toString(8).padStart(11, '0')}\x0000000000000\0`, 124, 'latin1');
  block.write(type, 156, 'latin1');
  block.write(target.slice(0, 100), 157, 'latin1');
  block.write(magic, 257, 'latin1');
  block.write(prefix.slice(0, 155), 345, 'latin1');
  return summed(block);
}

/** Changes some bytes and corrects the checksum. */
function mutate(block: Buffer, random: () => number): void {
  for (let count = 0; count < 3; count++) {
    block[Math.floor(random() * BLOCK)] = Math.floor(random() * 256);
  }
  summed(block);
}

function summed(block: Buffer): Buffer {
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function pad(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc(-content.length & (BLOCK - 1))]);
}
