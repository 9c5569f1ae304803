/** An entry of a test's tar. Names are bytes if text isn't enough. */
export interface TarEntry {
  readonly name: string | Buffer;
  readonly type?: 'file' | 'link' | 'symlink' | 'char' | 'block' | 'directory' | 'fifo';
  readonly content?: string | Buffer;
  /** The target of a link or symlink. */
  readonly target?: string | Buffer;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** In seconds since the epoch. */
  readonly mtime?: number;
  readonly device?: readonly [major: number, minor: number];
  /** More PAX records: `SCHILY.xattr.user.note`, `path`, ... */
  readonly pax?: Readonly<Record<string, string | Buffer>>;
  /** The type flag, for types that aren't of POSIX. */
  readonly flag?: string;
  /** Bytes of the header, instead of those that the other properties give. */
  readonly fields?: Readonly<Partial<Record<Field, string | Buffer>>>;
}

/** The offset and width of each field of a header. */
const FIELDS = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  target: [157, 100],
  magic: [257, 8],
  major: [329, 8],
  minor: [337, 8],
  prefix: [345, 155],
} as const;
type Field = keyof typeof FIELDS;

const BLOCK = 512;
const TYPES = { file: 0, link: 1, symlink: 2, char: 3, block: 4, directory: 5, fifo: 6 };
const MODES = {
  ...{ file: 0o644, link: 0o644, symlink: 0o777, directory: 0o755 },
  ...{ char: 0o644, block: 0o644, fifo: 0o644 },
};
const PAX = 'x';

/**
 * Writes a POSIX tar exactly as requested. Unlike a library, it accepts names that aren't UTF-8,
 * any PAX record, and entries that no normal tool would create.
 */
export function writeTar(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([writeMembers(entries), Buffer.alloc(2 * BLOCK)]);
}

/** A tar without its end mark. */
export function writeMembers(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat(entries.flatMap(writeEntry));
}

function writeEntry(entry: TarEntry): Buffer[] {
  const name = Buffer.from(entry.name);
  const target = Buffer.from(entry.target ?? '');
  const pax = Object.entries({
    ...(name.length > 100 ? { path: name } : {}),
    ...(target.length > 100 ? { linkpath: target } : {}),
    ...entry.pax,
  });
  const content = Buffer.from(entry.content ?? '');
  const own = [header(entry, name, target, content.length), pad(content)];
  if (pax.length === 0) return own;
  const records = Buffer.concat(pax.map(([key, value]) => paxRecord(key, Buffer.from(value))));
  const paxName = Buffer.from('PaxHeaders/entry');
  return [
    header({ name: paxName }, paxName, Buffer.alloc(0), records.length, PAX),
    pad(records),
    ...own,
  ];
}

/** pax(1), "pax Extended Header": `LENGTH KEY=VALUE\n`, where the length includes itself. */
function paxRecord(key: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from('\n')]);
  let length = rest.length;
  while (String(length).length + rest.length !== length)
    length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

function header(
  entry: TarEntry,
  name: Buffer,
  target: Buffer,
  size: number,
  type = entry.flag ?? String(TYPES[entry.type ?? 'file']),
): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, offset: number, width: number) =>
    block.write(`${value.toString(8).padStart(width - 1, '0')}\0`, offset, 'latin1');
  name.copy(block, 0, 0, 100);
  octal(entry.mode ?? MODES[entry.type ?? 'file'], 100, 8);
  octal(entry.uid ?? 0, 108, 8);
  octal(entry.gid ?? 0, 116, 8);
  octal(size, 124, 12);
  octal(entry.mtime ?? 0, 136, 12);
  block.write(type, 156, 'latin1');
  target.copy(block, 157, 0, 100);
  block.write('ustar\x0000', 257, 'latin1');
  octal(entry.device?.[0] ?? 0, 329, 8);
  octal(entry.device?.[1] ?? 0, 337, 8);
  for (const [field, bytes] of Object.entries(entry.fields ?? {})) {
    const [offset, width] = FIELDS[field as Field];
    block.fill(0, offset, offset + width);
    Buffer.from(bytes).copy(block, offset, 0, width);
  }
  if (entry.fields?.checksum !== undefined) return block;
  block.fill(' ', 148, 156);
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  block.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function pad(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);
}
