/*
 * An EROFS image of metadata alone, whose files have their content on another device (kernel source,
 * fs/erofs/erofs_fs.h). It has the block size of tar, so that content begins with a block.
 */

const BLOCK = 512;
const SUPER = { offset: 1024, magic: 0xe0f5_e1e2, blockBits: 9 };
/** The table of devices follows the super block. The inodes follow the table. */
const DEVICE = { offset: 1152, size: 128 };
const FIRST_INODE = DEVICE.offset + DEVICE.size;
/** The unit of inode numbers. */
const SLOT = 32;
const INODE = 64;
const DIRENT = 12;
/** Features: files in chunks, and a table of devices. */
const INCOMPATIBLE = 0x4 | 0x8;
/** Inodes of 64 bytes; the data is in blocks, behind the inode, or in chunks. */
const FORMAT = { blocks: 0 << 1, inline: 2 << 1, chunks: 4 << 1, extended: 1 };
const CHUNK_INDEXES = 0x20;
const NO_BLOCK = 0xffff_ffff;

/** By type: the number in a directory's entry, and the bits of the mode. */
const TYPES = {
  file: [1, 0o100000],
  directory: [2, 0o040000],
  char: [3, 0o020000],
  block: [4, 0o060000],
  fifo: [5, 0o010000],
  symlink: [7, 0o120000],
} as const;

interface Owned {
  /** Only the permissions. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** In seconds. */
  readonly mtime: number;
}

export interface DirectoryNode extends Owned {
  readonly type: 'directory';
  /** By names of latin1 characters. */
  readonly children: Map<string, ErofsNode>;
  readonly isImplied: boolean;
}

export type ErofsNode =
  | DirectoryNode
  | (Owned & { readonly type: 'file'; readonly size: number; readonly content: number })
  | (Owned & { readonly type: 'symlink'; readonly target: string })
  | (Owned & {
      readonly type: 'char' | 'block' | 'fifo';
      readonly device: readonly [major: number, minor: number];
    });

/** An inode with its place in the image. */
interface Placed {
  readonly node: ErofsNode;
  readonly parent: Placed | undefined;
  readonly number: number;
  /** The blocks of a directory. */
  readonly directory: readonly Entries[];
  /** The bytes of a directory or link. */
  readonly dataBytes: number;
  readonly isInline: boolean;
  offset: number;
  /** The first block of data that isn't inline. */
  block: number;
}

/** The entries of one block of a directory, in the order of their bytes. */
type Entries = readonly (readonly [name: string, to: '.' | '..' | ErofsNode])[];

/** The image of a tree whose content is on a device of this size. */
export function erofsImage(root: DirectoryNode, deviceBytes: number): Buffer {
  const placed = new Map<ErofsNode, Placed>();
  let end = FIRST_INODE;
  // An explicit stack, since a path may be deeper than the call stack allows.
  const waiting: [ErofsNode, Placed | undefined][] = [[root, undefined]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [node, parent] = next;
    const directory = node.type === 'directory' ? directoryBlocks(node) : [];
    const dataBytes = node.type === 'symlink' ? node.target.length : directorySize(directory);
    const isInline = dataBytes > 0 && INODE + dataBytes <= BLOCK;
    const together = INODE + (isInline ? dataBytes : 0);
    // An inode and its inline data are in one block.
    if ((end % BLOCK) + together > BLOCK) end = alignTo(end, BLOCK);
    const number = placed.size + 1;
    const own = {
      ...{ node, parent, number, directory, dataBytes, isInline },
      ...{ offset: end, block: NO_BLOCK },
    };
    placed.set(node, own);
    end = alignTo(end + together + (hasChunk(node) ? 8 : 0), SLOT);
    if (node.type !== 'directory') continue;
    for (const child of node.children.values()) waiting.push([child, own]);
  }
  let blocks = Math.ceil(end / BLOCK);
  for (const own of placed.values()) {
    if (own.isInline || own.dataBytes === 0) continue;
    own.block = blocks;
    blocks += Math.ceil(own.dataBytes / BLOCK);
  }
  const image = Buffer.alloc(blocks * BLOCK);
  const inodes = { root: placed.get(root)?.offset ?? 0, count: placed.size };
  writeSuper(image, inodes, blocks, Math.ceil(deviceBytes / BLOCK));
  for (const own of placed.values()) {
    writeInode(image, own);
    const at = own.isInline ? own.offset + INODE : own.block * BLOCK;
    const { node } = own;
    if (node.type === 'symlink') image.write(node.target, at, 'latin1');
    writeEntries(image, at, own, placed);
    if (node.type === 'file' && hasChunk(node)) writeChunk(image, own.offset + INODE, node.content);
  }
  return image;
}

function writeSuper(
  image: Buffer,
  inodes: { readonly root: number; readonly count: number },
  blocks: number,
  deviceBlocks: number,
): void {
  const at = SUPER.offset;
  image.writeUInt32LE(SUPER.magic, at);
  image.writeUInt8(SUPER.blockBits, at + 12);
  image.writeUInt16LE(inodes.root / SLOT, at + 14);
  image.writeBigUInt64LE(BigInt(inodes.count), at + 16);
  image.writeUInt32LE(blocks, at + 36);
  image.writeUInt32LE(INCOMPATIBLE, at + 80);
  image.writeUInt16LE(1, at + 86);
  image.writeUInt16LE(DEVICE.offset / DEVICE.size, at + 88);
  image.writeUInt32LE(deviceBlocks, DEVICE.offset + 64);
  image.writeUInt32LE(blocks, DEVICE.offset + 68);
}

function writeInode(image: Buffer, { node, number, dataBytes, isInline, offset, block }: Placed) {
  const isChunked = hasChunk(node);
  const layout = isChunked ? FORMAT.chunks : isInline ? FORMAT.inline : FORMAT.blocks;
  const size = node.type === 'file' ? node.size : dataBytes;
  image.writeUInt16LE(FORMAT.extended | layout, offset);
  image.writeUInt16LE(node.mode | TYPES[node.type][1], offset + 4);
  image.writeBigUInt64LE(BigInt(size), offset + 8);
  const data = isChunked ? CHUNK_INDEXES | chunkBits(size) : 'device' in node ? rdev(node) : block;
  image.writeUInt32LE(data, offset + 16);
  image.writeUInt32LE(number, offset + 20);
  image.writeUInt32LE(node.uid, offset + 24);
  image.writeUInt32LE(node.gid, offset + 28);
  image.writeBigInt64LE(BigInt(node.mtime), offset + 32);
  image.writeUInt32LE(links(node), offset + 44);
}

function writeEntries(
  image: Buffer,
  start: number,
  own: Placed,
  placed: ReadonlyMap<ErofsNode, Placed>,
): void {
  for (const [index, entries] of own.directory.entries()) {
    const begin = start + index * BLOCK;
    let nameAt = entries.length * DIRENT;
    for (const [position, [name, to]] of entries.entries()) {
      const found = to === '.' ? own : to === '..' ? (own.parent ?? own) : placed.get(to);
      if (found === undefined) throw new Error(`no inode for ${name}`);
      const at = begin + position * DIRENT;
      image.writeBigUInt64LE(BigInt(found.offset / SLOT), at);
      image.writeUInt16LE(nameAt, at + 8);
      image.writeUInt8(TYPES[found.node.type][0], at + 10);
      image.write(name, begin + nameAt, 'latin1');
      nameAt += name.length;
    }
  }
}

/** A file is one chunk, because a tar has all of its content in one place. */
function writeChunk(image: Buffer, at: number, content: number): void {
  const block = content / BLOCK;
  image.writeUInt16LE(Math.floor(block / 2 ** 32), at);
  image.writeUInt16LE(1, at + 2);
  image.writeUInt32LE(block % 2 ** 32, at + 4);
}

function hasChunk(node: ErofsNode): boolean {
  return node.type === 'file' && node.size > 0;
}

/** The size of a chunk that holds the file: the logarithm of its number of blocks. */
function chunkBits(size: number): number {
  return Math.max(0, Math.ceil(Math.log2(size / BLOCK)));
}

/** As Linux encodes the numbers of a device. */
function rdev({ device: [major, minor] }: { readonly device: readonly [number, number] }): number {
  return ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
}

function links(node: ErofsNode): number {
  if (node.type !== 'directory') return 1;
  return 2 + [...node.children.values()].filter(({ type }) => type === 'directory').length;
}

/** All blocks but the last one count whole. */
const directorySize = (blocks: readonly Entries[]): number =>
  blocks.length === 0 ? 0 : (blocks.length - 1) * BLOCK + entriesSize(blocks.at(-1) ?? []);

const entriesSize = (entries: Entries) =>
  entries.reduce((sum, [name]) => sum + DIRENT + name.length, 0);

/** Sorted by bytes, as the kernel searches them. */
function directoryBlocks({ children }: DirectoryNode): Entries[] {
  const all: Entries[number][] = [['.', '.'], ['..', '..'], ...children];
  all.sort(([a], [b]) => (a < b ? -1 : 1));
  const blocks: Entries[number][][] = [[]];
  let used = 0;
  for (const entry of all) {
    const bytes = DIRENT + entry[0].length;
    if (used + bytes > BLOCK) {
      blocks.push([]);
      used = 0;
    }
    blocks.at(-1)?.push(entry);
    used += bytes;
  }
  return blocks;
}

function alignTo(offset: number, unit: number): number {
  return Math.ceil(offset / unit) * unit;
}
