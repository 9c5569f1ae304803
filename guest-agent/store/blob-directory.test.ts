import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BlobDirectory } from './blob-directory.ts';
import { sha256 } from './digest.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

const bytes = Buffer.from('{"some":"manifest"}');
const digest = sha256(bytes);

test('keeps blobs across a restart, and removes the remains of a crash', async () => {
  await using directory = await temporaryDirectory();
  const before = await BlobDirectory.load(directory.path);
  await before.write(digest, bytes);
  await before.write(digest, bytes);
  await writeFile(join(directory.path, `${digest.slice(7)}.abc.tmp`), 'half');

  const after = await BlobDirectory.load(directory.path);
  expect(after.list()).toEqual([digest]);
  expect(await after.read(digest)).toEqual(bytes);
  expect(await readdir(directory.path)).toEqual([digest.slice(7)]);
});

test('rejects bytes with a wrong digest', async () => {
  await using directory = await temporaryDirectory();
  const blobs = await BlobDirectory.load(directory.path);
  await expect(blobs.write(digest, Buffer.from('x'))).rejects.toMatchObject({ code: 'invalid' });
  expect(blobs.has(digest)).toBe(false);
  await expect(blobs.read(digest)).rejects.toMatchObject({ code: 'not-found' });
});

test('detects a damaged blob, and repairs it at the next write', async () => {
  await using directory = await temporaryDirectory();
  const blobs = await BlobDirectory.load(directory.path);
  await blobs.write(digest, bytes);
  await writeFile(join(directory.path, digest.slice(7)), 'rotten');
  await expect(blobs.read(digest)).rejects.toMatchObject({ code: 'internal' });
  await blobs.write(digest, bytes);
  expect(await blobs.read(digest)).toEqual(bytes);
});

test('removes a blob, even twice', async () => {
  await using directory = await temporaryDirectory();
  const blobs = await BlobDirectory.load(directory.path);
  await blobs.write(digest, bytes);
  await blobs.remove(digest);
  await blobs.remove(digest);
  expect(blobs.list()).toEqual([]);
});
