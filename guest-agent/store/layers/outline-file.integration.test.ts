import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { OutlineFile } from './outline-file.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let memory: string;
let disk: string;

beforeEach(async () => {
  directory = await temporaryDirectory();
  [memory, disk] = [join(directory.path, 'memory'), join(directory.path, 'disk')];
  await mkdir(memory);
  await mkdir(disk);
});
afterEach(() => directory[Symbol.asyncDispose]());

/** The bytes of a file, read as another process would read it. */
async function bytesOf(outline: OutlineFile): Promise<Buffer> {
  await using file = await open(`/proc/self/fd/${outline.fd}`);
  return file.readFile();
}

const pieces = Array.from({ length: 50 }, (_, index) => ({
  offset: index * 30_000 + (index % 3),
  bytes: randomBytes(512 + index),
}));

test.each([
  ['stays in memory', 128 << 20],
  ['outgrows the memory it may take', 100_000],
  ['has no memory at all', 0],
])('an outline that %s has all bytes at their offsets', async (_, most) => {
  await using outline = await OutlineFile.open(disk, { directory: memory, most });
  const expected = Buffer.alloc(49 * 30_000 + 1 + 512 + 49);
  for (const [index, { offset, bytes }] of pieces.entries()) {
    outline.add(offset, bytes);
    bytes.copy(expected, offset);
    if (index % 10 === 9) await outline.flush();
  }
  expect((await bytesOf(outline)).equals(expected)).toBe(true);
});

test('without a directory in memory, the outline is on the disk', async () => {
  await using outline = await OutlineFile.open(disk, {
    directory: join(memory, 'missing'),
    most: 1 << 20,
  });
  outline.add(5, Buffer.from('header'));
  await outline.flush();
  expect((await bytesOf(outline)).toString()).toBe('\0\0\0\0\0header');
});

test('a crash leaves no file behind, because outlines have no names', async () => {
  await using small = await OutlineFile.open(disk, { directory: memory, most: 1 << 20 });
  await using large = await OutlineFile.open(disk, { directory: memory, most: 1 });
  for (const outline of [small, large]) {
    outline.add(0, Buffer.from('header'));
    await outline.flush();
  }
  expect([await readdir(memory), await readdir(disk)]).toEqual([[], []]);
});
