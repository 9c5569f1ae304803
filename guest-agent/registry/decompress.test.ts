import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { decompress } from './decompress.ts';

const first = Buffer.from('hello '.repeat(20));
const second = Buffer.from('world '.repeat(30));
const both = Buffer.concat([first, second]);

async function* pieces(data: Buffer, ...cuts: number[]): AsyncGenerator<Buffer> {
  let start = 0;
  for (const end of [...cuts, data.length]) {
    yield data.subarray(start, end);
    start = end;
  }
}

test.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
])('%s of two members, cut anywhere', async (_, compress) => {
  const data = Buffer.concat([compress(first), compress(second)]);
  for (let cut = 0; cut <= data.length; cut++) {
    expect(await buffer(decompress(pieces(data, cut)))).toEqual(both);
  }
});

test.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
])('%s of many megabytes, in many chunks', async (_, compress) => {
  const content = Buffer.concat([randomBytes(3 << 20), Buffer.alloc(20 << 20), randomBytes(100)]);
  const data = compress(content);
  const cuts = Array.from({ length: Math.floor(data.length / 60_000) }, (_, i) => (i + 1) * 60_000);
  expect((await buffer(decompress(pieces(data, ...cuts)))).equals(content)).toBe(true);
});

test('zstd with skippable frames around', async () => {
  const skippable = Buffer.from('\x50\x2a\x4d\x18\x03\x00\x00\x00abc', 'latin1');
  const data = Buffer.concat([skippable, zstdCompressSync(first), skippable]);
  expect(await buffer(decompress(pieces(data, 5, 13)))).toEqual(first);
});

test.each([0, 1, 3, 4, 5000])('%i plain bytes', async (size) => {
  const data = Buffer.alloc(size, 'x');
  expect(await buffer(decompress(pieces(data, Math.min(2, size))))).toEqual(data);
});

test.each([
  ['truncated gzip', gzipSync(first).subarray(0, -3)],
  ['truncated zstd', zstdCompressSync(first).subarray(0, -3)],
  ['gzip with garbage after it', Buffer.concat([gzipSync(first), Buffer.from('garbage')])],
  ['gzip with zeros after it', Buffer.concat([gzipSync(first), Buffer.alloc(20)])],
  ['zstd with garbage after it', Buffer.concat([zstdCompressSync(first), Buffer.from('garbage')])],
])('rejects %s', async (_, data) => {
  await expect(buffer(decompress(pieces(data)))).rejects.toMatchObject({ code: 'invalid' });
});

test('reports a failure of the source, and closes it', async () => {
  let closed = false;
  async function* source() {
    try {
      yield gzipSync(both).subarray(0, 20);
      throw new Error('the line is dead');
    } finally {
      closed = true;
    }
  }
  await expect(buffer(decompress(source()))).rejects.toThrow('the line is dead');
  expect(closed).toBe(true);
});

test('closes the source when the reader leaves early', async () => {
  let closed = false;
  async function* source() {
    try {
      for (;;) yield gzipSync(randomBytes(100_000));
    } finally {
      closed = true;
    }
  }
  for await (const _ of decompress(source())) break;
  expect(closed).toBe(true);
});
