import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { ensureDataDisk } from './data-disk.ts';

/** As on Windows: a file that is open for appending can't be given a size. */
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  return {
    ...real,
    async open(...args: Parameters<typeof real.open>) {
      const file = await real.open(...args);
      const appends = typeof args[1] === 'string' && args[1].startsWith('a');
      if (appends) file.truncate = () => Promise.reject(new Error('EPERM: ftruncate'));
      return file;
    },
  };
});

const gibibyte = 1024 ** 3;
const emptyPlace = async () => join(await temporaryDirectory(), 'data.img');

test('a missing disk is created, sparse', async () => {
  const path = await emptyPlace();
  await ensureDataDisk(path, 8);
  const { size, blocks } = await stat(path);
  expect(size).toBe(8 * gibibyte);
  expect(blocks * 512).toBeLessThan(1024 ** 2);
});

test('an existing disk keeps its content, grows and never shrinks', async () => {
  const path = await emptyPlace();
  await writeFile(path, 'data');
  await ensureDataDisk(path, 1);
  expect((await stat(path)).size).toBe(gibibyte);
  await ensureDataDisk(path, 2);
  await ensureDataDisk(path, 1);
  expect((await stat(path)).size).toBe(2 * gibibyte);
  await truncate(path, 4);
  expect(await readFile(path, 'utf8')).toBe('data');
});
