import { expect, test } from 'vitest';
import { requireUsablePaths } from './windows-paths.ts';

const western = async () => 1252;

test.each([
  ['plain letters', 'C:\\Users\\ann b\\.berth\\data.img', western],
  ['letters of the code page', 'C:\\Users\\Jürgen\\.berth', western],
  ['Japanese on a Japanese system', 'C:\\Users\\山田\\.berth', async () => 932],
  ['Cyrillic on a Russian system', 'C:\\Users\\Анна\\.berth', async () => 1251],
  ['any character where the code page is UTF-8', 'C:\\Users\\山田\\é', async () => 65001],
  ['a code page that can’t be read', 'C:\\Users\\山田', () => Promise.reject(new Error('no reg'))],
])('QEMU for Windows can open paths with %s', async (_, path, codePage) => {
  await requireUsablePaths([path], codePage);
});

test.each([
  ['C:\\Users\\山田\\.berth', 1252, '山'],
  ['C:\\Users\\Jürgen\\.berth', 1251, 'ü'],
  ['C:\\Users\\Анна\\.berth', 932, undefined],
  ['C:\\Users\\Zoë\\.berth', 932, 'ë'],
])('%s on a system with code page %i', async (path, codePage, character) => {
  const checked = requireUsablePaths(['C:\\plain', path], async () => codePage);
  // The Japanese code page has Cyrillic letters.
  if (character === undefined) return expect(await checked).toBeUndefined();
  await expect(checked).rejects.toMatchObject({
    ...{ code: 'machine-failed', message: expect.stringContaining(`“${character}”`) },
    hint: expect.stringContaining('BERTH_HOME'),
  });
});

test('a path that is too long for QEMU is named before the start', async () => {
  const path = `C:\\${'x'.repeat(256)}`;
  await requireUsablePaths([path], western);
  await expect(requireUsablePaths([`${path}x`], western)).rejects.toMatchObject({
    ...{ message: expect.stringContaining('has 260 characters') },
    hint: expect.stringContaining('BERTH_HOME'),
  });
});
