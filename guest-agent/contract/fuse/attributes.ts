/*
 * `struct fuse_attr`, and the structures around it. All numbers are little-endian, as on the processors of
 * the guest.
 */

/** The metadata of a file, with times in nanoseconds. */
export interface FileAttributes {
  readonly ino: bigint;
  readonly size: bigint;
  readonly blocks: bigint;
  readonly atimeNs: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  /** With the type, as in Linux. */
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
}

export const ATTRIBUTES_BYTES = 88;
/** `fuse_attr_out`: how long the attributes are valid, and the attributes. */
export const ATTR_OUT_BYTES = 16 + ATTRIBUTES_BYTES;
/** `fuse_entry_out`: which node a name is, how long that is valid, and the node's attributes. */
export const ENTRY_OUT_BYTES = 40 + ATTRIBUTES_BYTES;

/** `fuse_open_out`, which follows the entry of a new file. */
export const OPEN_OUT_BYTES = 16;
/** `fuse_dirent` before its name, which follows the entry of each name in a listing. */
export const DIRENT_BYTES = 24;
/** What the server's listing begins with: `listingFlags`, and padding. */
export const LISTING_FIELDS = 8;
export const listingFlags = { isWhole: 1, isWatched: 2 } as const;

/** The kinds of files in `mode`, and the mask for them, in Linux's numbers. */
export const fileTypes = {
  mask: 0o170000,
  folder: 0o040000,
  file: 0o100000,
  link: 0o120000,
} as const;

const BLOCK_BYTES = 4096;
const SECOND = 1_000_000_000n;

/** Where in `fuse_entry_out` and `fuse_attr_out` each field is. */
export const entryFields = { node: 0, entrySeconds: 16, attributeSeconds: 24, attributes: 40 };
export const attrFields = { seconds: 0, attributes: 16 };
/** Where in `fuse_attr` some fields are. */
export const attributeFields = { mode: 60, nlink: 64 };

export function writeAttributes(target: Buffer, offset: number, file: FileAttributes): void {
  target.writeBigUInt64LE(file.ino, offset);
  target.writeBigUInt64LE(file.size, offset + 8);
  target.writeBigUInt64LE(file.blocks, offset + 16);
  for (const [index, time] of [file.atimeNs, file.mtimeNs, file.ctimeNs].entries()) {
    // Times before 1970 have negative seconds, and nanoseconds that count forwards all the same.
    const nanoseconds = ((time % SECOND) + SECOND) % SECOND;
    target.writeBigInt64LE((time - nanoseconds) / SECOND, offset + 24 + 8 * index);
    target.writeUInt32LE(Number(nanoseconds), offset + 48 + 4 * index);
  }
  target.writeUInt32LE(file.mode, offset + attributeFields.mode);
  target.writeUInt32LE(file.nlink, offset + attributeFields.nlink);
  target.writeUInt32LE(file.uid, offset + 68);
  target.writeUInt32LE(file.gid, offset + 72);
  target.writeUInt32LE(0, offset + 76);
  target.writeUInt32LE(BLOCK_BYTES, offset + 80);
  target.writeUInt32LE(0, offset + 84);
}

export function readAttributes(source: Buffer, offset = 0): FileAttributes {
  const time = (index: number) =>
    source.readBigInt64LE(offset + 24 + 8 * index) * SECOND +
    BigInt(source.readUInt32LE(offset + 48 + 4 * index));
  return {
    ino: source.readBigUInt64LE(offset),
    size: source.readBigUInt64LE(offset + 8),
    blocks: source.readBigUInt64LE(offset + 16),
    ...{ atimeNs: time(0), mtimeNs: time(1), ctimeNs: time(2) },
    mode: source.readUInt32LE(offset + attributeFields.mode),
    nlink: source.readUInt32LE(offset + attributeFields.nlink),
    uid: source.readUInt32LE(offset + 68),
    gid: source.readUInt32LE(offset + 72),
  };
}
