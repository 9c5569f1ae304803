import { lstat, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import { onWindows } from '../../../testing/on-windows.ts';
import { writeAtomically } from './atomic-files.ts';

const file = (text: string, mode = 0o644) => ({ content: Buffer.from(text), mode });
/** Wine has no symbolic links. */
const linux = it.skipIf(onWindows('symbolic links'));

linux('shows files through one link, as the kubelet does', async () => {
  await using directory = await temporaryDirectory();
  const volume = join(directory.path, 'v');
  const files = new Map([
    ['a.conf', file('1')],
    ['deep/er/b', file('2', 0o400)],
  ]);
  expect(await writeAtomically(volume, files)).toBe(true);
  expect(await readFile(join(volume, 'a.conf'), 'utf8')).toBe('1');
  expect(await readFile(join(volume, 'deep/er/b'), 'utf8')).toBe('2');
  expect((await stat(join(volume, 'deep/er/b'))).mode & 0o777).toBe(0o400);
  expect(await readlink(join(volume, 'a.conf'))).toBe('..data/a.conf');
  expect((await lstat(join(volume, '..data'))).isSymbolicLink()).toBe(true);
});

linux('changes all files at once, and only if one has changed', async () => {
  await using directory = await temporaryDirectory();
  const volume = directory.path;
  await writeAtomically(
    volume,
    new Map([
      ['a', file('1')],
      ['b', file('1')],
    ]),
  );
  const before = await readlink(join(volume, '..data'));
  expect(
    await writeAtomically(
      volume,
      new Map([
        ['a', file('1')],
        ['b', file('1')],
      ]),
    ),
  ).toBe(false);
  expect(await readlink(join(volume, '..data'))).toBe(before);
  expect(
    await writeAtomically(
      volume,
      new Map([
        ['a', file('2')],
        ['c', file('3')],
      ]),
    ),
  ).toBe(true);
  expect(await readFile(join(volume, 'a'), 'utf8')).toBe('2');
  const names = await readdir(volume);
  expect(names.filter((name) => !name.startsWith('..')).sort()).toEqual(['a', 'c']);
  // The old files are gone.
  expect(names).not.toContain(before);
});
