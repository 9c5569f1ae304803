import { mkdir, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { findCrashDumps, readCrashDumps } from './crash-dumps.ts';

test('lists all dumps, newest first, and reads the newest five', async () => {
  const directory = await temporaryDirectory();
  for (const folder of ['pending', 'completed']) await mkdir(join(directory, folder));
  await writeFile(join(directory, 'settings.dat'), '');
  for (const index of [1, 2, 3, 4, 5, 6, 7]) {
    const path = join(directory, index % 2 ? 'pending' : 'completed', `${index}.dmp`);
    await writeFile(path, `dump ${index}`);
    await utimes(path, index, index);
  }
  const names = (await findCrashDumps(directory)).map(({ name }) => name);
  expect(names).toEqual(['7', '6', '5', '4', '3', '2', '1'].map((each) => `${each}.dmp`));
  const read = await readCrashDumps(directory);
  expect(read.map(({ content }) => String(content))).toEqual([
    ...['dump 7', 'dump 6', 'dump 5', 'dump 4', 'dump 3'],
  ]);
});

test('leaves a very large dump out', async () => {
  const directory = await temporaryDirectory();
  const path = join(directory, 'large.dmp');
  await writeFile(path, '');
  await truncate(path, 9 * 1024 * 1024);
  expect(await findCrashDumps(directory)).toHaveLength(1);
  expect(await readCrashDumps(directory)).toEqual([]);
});

test('there are none before the first crash', async () => {
  expect(await readCrashDumps(join(await temporaryDirectory(), 'crashes'))).toEqual([]);
});
