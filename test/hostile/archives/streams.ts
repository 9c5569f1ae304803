import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { writeMembers, writeTar } from '../../../guest-agent/store/testing/tar-writer.ts';
import { file, type HostileArchive } from './archive.ts';

const small = writeTar([file('a'), file('b', { content: 'y'.repeat(3000) })]);
const bytes = (name: string, content: Buffer): HostileArchive => ({ name, bytes: content });
const squeezed = gzipSync(small);

/** Compression that expands, ends early, or isn't what it seems. */
export const streams: readonly HostileArchive[] = [
  bytes('stream: empty', Buffer.alloc(0)),
  bytes('stream: one byte', Buffer.from('x')),
  bytes('stream: text', Buffer.from('<!doctype html><p>Not found</p>'.repeat(100))),
  bytes('stream: zeros', Buffer.alloc(10_240)),
  bytes('stream: half a header', small.subarray(0, 300)),
  bytes('stream: half a file', small.subarray(0, 2000)),
  bytes('stream: no end mark', writeMembers([file('a')])),
  bytes('stream: half an end mark', Buffer.concat([writeMembers([file('a')]), Buffer.alloc(512)])),
  bytes('stream: no padding at the end', writeMembers([file('a')]).subarray(0, 513)),
  bytes('stream: bytes after the end', Buffer.concat([small, Buffer.alloc(4096, 'after')])),
  bytes('stream: a second tar after the end', Buffer.concat([small, small])),
  bytes(
    'stream: zeros between members',
    Buffer.concat([writeMembers([file('a')]), Buffer.alloc(512), writeTar([file('b')])]),
  ),
  bytes('stream: 64 MiB of zeros after the end', Buffer.concat([small, Buffer.alloc(64 << 20)])),
  bytes('gzip: truncated', squeezed.subarray(0, squeezed.length - 10)),
  bytes('gzip: only its magic', squeezed.subarray(0, 3)),
  bytes('gzip: wrong checksum', Buffer.concat([squeezed.subarray(0, -8), Buffer.alloc(8, 1)])),
  bytes('gzip: damaged in the middle', damaged(squeezed)),
  bytes(
    'gzip: two members',
    Buffer.concat([gzipSync(small.subarray(0, 700)), gzipSync(small.subarray(700))]),
  ),
  bytes(
    'gzip: 10,000 empty members',
    Buffer.concat([...Array.from({ length: 10_000 }, () => gzipSync('')), squeezed]),
  ),
  bytes('gzip: bytes after the end', Buffer.concat([squeezed, Buffer.from('after the end')])),
  bytes('gzip: zeros after the end', Buffer.concat([squeezed, Buffer.alloc(10_000)])),
  bytes(
    'gzip: then zstd',
    Buffer.concat([gzipSync(small.subarray(0, 700)), zstdCompressSync(small.subarray(700))]),
  ),
  bytes('gzip: within gzip', gzipSync(squeezed)),
  bytes(
    'gzip: 200 MiB of zeros',
    gzipSync(writeTar([file('a', { content: Buffer.alloc(200 << 20) })])),
  ),
  bytes('gzip: name of a million bytes in its header', withName(squeezed, 1_000_000)),
  bytes('zstd: truncated', zstdCompressSync(small).subarray(0, -5)),
  bytes('zstd: window of two gigabytes', Buffer.from('28b52ffd00a8', 'hex')),
  bytes('zstd: skippable frame of four gigabytes', Buffer.from('502a4d18ffffffff', 'hex')),
  bytes(
    'zstd: 100,000 skippable frames',
    Buffer.concat([
      Buffer.alloc(800_000, Buffer.from('502a4d1800000000', 'hex')),
      zstdCompressSync(small),
    ]),
  ),
  bytes(
    'zstd: two frames',
    Buffer.concat([
      zstdCompressSync(small.subarray(0, 700)),
      zstdCompressSync(small.subarray(700)),
    ]),
  ),
  bytes(
    'zstd: 100 MiB of zeros',
    zstdCompressSync(writeTar([file('a', { content: Buffer.alloc(100 << 20) })])),
  ),
  bytes('bzip2: only its magic', Buffer.from('BZh9')),
  bytes('bzip2: damaged', Buffer.concat([Buffer.from('BZh91AY&SY'), Buffer.alloc(2000, 7)])),
  bytes('xz: only its magic', Buffer.from('fd377a585a00', 'hex')),
  bytes(
    'xz: damaged',
    Buffer.concat([Buffer.from('fd377a585a000004e6d6b446', 'hex'), Buffer.alloc(2000, 7)]),
  ),
  bytes('deflate', deflateSync(small)),
  bytes('brotli', brotliCompressSync(small)),
  bytes('zip', Buffer.concat([Buffer.from('504b0304', 'hex'), Buffer.alloc(2000)])),
  bytes('cpio', Buffer.from(`070701${'0'.repeat(104)}a\0\0\0`)),
  bytes(
    'ar',
    Buffer.from('!<arch>\ndebian-binary   0           0     0     100644  4         `\n2.0\n'),
  ),
];

function damaged(whole: Buffer): Buffer {
  const copy = Buffer.from(whole);
  copy.fill(0xa5, Math.floor(copy.length / 2), Math.floor(copy.length / 2) + 8);
  return copy;
}

/** Adds a file name to the header of a gzip. */
function withName(whole: Buffer, length: number): Buffer {
  const header = Buffer.from(whole.subarray(0, 10));
  header[3] = 8;
  return Buffer.concat([header, Buffer.alloc(length, 'n'), Buffer.from([0]), whole.subarray(10)]);
}
