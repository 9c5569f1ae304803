import { randomBytes } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { fillFileAtomic } from '../../base/atomic-file.ts';
import { HostError } from '../../base/errors.ts';
import { batEntry, fileHeader, mebibyte, metadata } from './vhdx-structures.ts';

/** A raw disk, and where its VHDX goes. */
interface VhdxRequest {
  /** The raw disk. Its length is rounded up to whole sectors of 4 KiB. */
  readonly source: string;
  readonly target: string;
  /** With large blocks, an empty ext4 file system of 64 GiB takes 25 times as much space. */
  readonly blockSizeBytes?: number;
  /** Pads a shorter disk with zeros. Hyper-V's own tools make no disk under 3 MiB. */
  readonly minimumBytes?: number;
}

const sector = 4096;

/**
 * Writes a raw disk as a dynamic VHDX, the format of Hyper-V's disks ([MS-VHDX] section 2). Blocks
 * of zeros take no space. The file replaces an older one atomically.
 */
export async function writeVhdx({
  source,
  target,
  blockSizeBytes = mebibyte,
  minimumBytes = 0,
}: VhdxRequest): Promise<void> {
  checkBlockSize(blockSizeBytes);
  const disk = await open(source, 'r');
  try {
    const length = Math.max((await disk.stat()).size, minimumBytes);
    if (length === 0) throw new HostError('invalid', `Can't make a VHDX of ${source}: it's empty`);
    const size = Math.ceil(length / sector) * sector;
    await fillFileAtomic(target, (file) => writeDisk(disk, file, size, blockSizeBytes));
  } finally {
    await disk.close();
  }
}

/** Section 2.6.2.1: a power of two, from 1 MiB to 256 MiB. */
function checkBlockSize(bytes: number): void {
  if (bytes >= mebibyte && bytes <= 256 * mebibyte && Number.isInteger(Math.log2(bytes))) return;
  throw new HostError(
    'invalid',
    `${bytes} is not a valid block size of a VHDX. Use a power of two from 1 MiB to 256 MiB.`,
  );
}

/**
 * The file's layout (section 2.1): headers in the first MiB, then the log, the metadata and the
 * block allocation table (BAT), each in whole MiB, then the blocks. The log stays empty.
 */
async function writeDisk(
  disk: FileHandle,
  file: FileHandle,
  size: number,
  blockSize: number,
): Promise<void> {
  // Section 2.4: after the entries of each 2^23 sectors of 512 bytes comes the entry of a sector
  // bitmap. Only disks with a parent have such bitmaps, but all disks have the entries.
  const chunkRatio = (2 ** 23 * 512) / blockSize;
  const blocks = Math.ceil(size / blockSize);
  const entries = blocks + Math.floor((blocks - 1) / chunkRatio);
  const tableLength = Math.ceil((entries * 8) / mebibyte) * mebibyte;
  const log = { offset: mebibyte, length: mebibyte };
  const metadataRegion = { offset: 2 * mebibyte, length: mebibyte };
  const bat = { offset: 3 * mebibyte, length: tableLength };

  const table = Buffer.alloc(tableLength);
  const block = Buffer.alloc(blockSize);
  let end = bat.offset + bat.length;
  for (let index = 0; index < blocks; index++) {
    const present = await readBlock(disk, block, index * blockSize);
    const position = (index + Math.floor(index / chunkRatio)) * 8;
    table.writeBigUInt64LE(batEntry(present ? end : undefined), position);
    if (!present) continue;
    await writeAll(file, block, end);
    end += blockSize;
  }
  await writeAll(file, fileHeader({ log, metadata: metadataRegion, bat }, randomBytes), 0);
  await writeAll(file, metadata({ size, blockSize }, randomBytes), metadataRegion.offset);
  await writeAll(file, table, bat.offset);
  // A disk of zeros alone ends with its BAT. The file is never shorter than its regions.
  await file.truncate(end);
}

/** Fills `block`, with zeros after the disk's end. Returns whether it has anything but zeros. */
async function readBlock(disk: FileHandle, block: Buffer, offset: number): Promise<boolean> {
  let filled = 0;
  while (filled < block.length) {
    const { bytesRead } = await disk.read(block, filled, block.length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  block.fill(0, filled);
  // Compares the block with itself one byte later: all bytes are equal, and the first is zero.
  return block[0] !== 0 || block.compare(block, 1, block.length, 0, block.length - 1) !== 0;
}

async function writeAll(file: FileHandle, data: Buffer, offset: number): Promise<void> {
  for (let written = 0; written < data.length; ) {
    const rest = data.length - written;
    written += (await file.write(data, written, rest, offset + written)).bytesWritten;
  }
}
