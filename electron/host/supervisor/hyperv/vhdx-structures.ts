import { crc32c } from './crc32c.ts';

/** The parts of a VHDX file that describe the others. All numbers are little-endian. */

export const mebibyte = 1024 ** 2;
const kibibyte = 1024;

/** A part of the file. Offset and length are in bytes, and whole MiB. */
interface Region {
  readonly offset: number;
  readonly length: number;
}

type RandomBytes = (length: number) => Buffer;

/**
 * The header section (section 2.2): the file type identifier, two copies of the header and two of
 * the region table, each at a multiple of 64 KiB. `random` gives the GUIDs.
 */
export function fileHeader(
  regions: { readonly log: Region; readonly metadata: Region; readonly bat: Region },
  random: RandomBytes,
): Buffer {
  const section = Buffer.alloc(320 * kibibyte);
  section.write('vhdxfile', 0, 'latin1');
  section.write('Berth', 8, 'utf16le');

  // Both copies are valid. The one with the higher sequence number is current.
  const guids = Buffer.concat([random(16), random(16)]);
  for (const copy of [1, 2]) {
    header(section.subarray(copy * 64 * kibibyte, copy * 64 * kibibyte + 4096), {
      sequence: copy,
      guids,
      log: regions.log,
    });
  }
  for (const copy of [3, 4]) {
    regionTable(section.subarray(copy * 64 * kibibyte, (copy + 1) * 64 * kibibyte), [
      { guid: '2DC27766-F623-4200-9D64-115E9BFD4A08', ...regions.bat },
      { guid: '8B7CA206-4790-4B9A-B8FE-575F050F886E', ...regions.metadata },
    ]);
  }
  return section;
}

/** Section 2.2.2. The log's GUID stays zero, which says that the log has no entries. */
function header(
  buffer: Buffer,
  { sequence, guids, log }: { sequence: number; guids: Buffer; log: Region },
): void {
  buffer.write('head', 0, 'latin1');
  buffer.writeBigUInt64LE(BigInt(sequence), 8);
  guids.copy(buffer, 16);
  buffer.writeUInt16LE(1, 66); // the version of the format
  buffer.writeUInt32LE(log.length, 68);
  buffer.writeBigUInt64LE(BigInt(log.offset), 72);
  buffer.writeUInt32LE(crc32c(buffer), 4);
}

/** Section 2.2.3. */
function regionTable(buffer: Buffer, regions: readonly (Region & { guid: string })[]): void {
  buffer.write('regi', 0, 'latin1');
  buffer.writeUInt32LE(regions.length, 8);
  for (const [index, { guid, offset, length }] of regions.entries()) {
    const entry = 16 + index * 32;
    guidBytes(guid).copy(buffer, entry);
    buffer.writeBigUInt64LE(BigInt(offset), entry + 16);
    buffer.writeUInt32LE(length, entry + 24);
    buffer.writeUInt32LE(1, entry + 28); // readers must know the region
  }
  buffer.writeUInt32LE(crc32c(buffer), 4);
}

/**
 * A block's entry in the BAT (section 2.5.1): its state in the low three bits, its place in MiB from
 * bit 20 on. A block without a place is one of zeros.
 */
export function batEntry(offset: number | undefined): bigint {
  const zero = 2n;
  const fullyPresent = 6n;
  if (offset === undefined) return zero;
  return (BigInt(offset / mebibyte) << 20n) | fullyPresent;
}

/**
 * The metadata region (section 2.6): a table of 64 KiB, then its items. A logical sector has 512
 * bytes, as everywhere; a physical one 4096.
 */
export function metadata(
  { size, blockSize }: { readonly size: number; readonly blockSize: number },
  random: RandomBytes,
): Buffer {
  const ofFile = 4; // IsRequired
  const ofDisk = 4 | 2; // IsRequired, IsVirtualDisk
  const items = [
    { guid: 'CAA16737-FA36-4D43-B3B6-33F0AA44E76B', flags: ofFile, value: numbers(blockSize, 0) },
    { guid: '2FA54224-CD1B-4876-B211-5DBED83BF4B8', flags: ofDisk, value: wideNumber(size) },
    { guid: 'BECA12AB-B2E6-4523-93EF-C309E000C746', flags: ofDisk, value: random(16) },
    { guid: '8141BF1D-A96F-4709-BA47-F233A8FAAB5F', flags: ofDisk, value: numbers(512) },
    { guid: 'CDA348C7-445D-4471-9CC9-E9885251C556', flags: ofDisk, value: numbers(4096) },
  ];
  const region = Buffer.alloc(mebibyte);
  region.write('metadata', 0, 'latin1');
  region.writeUInt16LE(items.length, 10);
  let place = 64 * kibibyte;
  for (const [index, { guid, flags, value }] of items.entries()) {
    const entry = 32 + index * 32;
    guidBytes(guid).copy(region, entry);
    region.writeUInt32LE(place, entry + 16);
    region.writeUInt32LE(value.length, entry + 20);
    region.writeUInt32LE(flags, entry + 24);
    value.copy(region, place);
    place += value.length;
  }
  return region;
}

function numbers(...values: readonly number[]): Buffer {
  return Buffer.from(new Uint8Array(new Uint32Array(values).buffer));
}

function wideNumber(value: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return buffer;
}

/** A GUID's binary form: the first three fields are little-endian. */
function guidBytes(guid: string): Buffer {
  const bytes = Buffer.from(guid.replaceAll('-', ''), 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}
