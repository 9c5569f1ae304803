import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { fileContent } from '../../store/tar/file-content.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { onWindows } from '../../testing/on-windows.ts';
import { downloaded } from './origin.ts';

const as = { owner: undefined, change: undefined, excluded: () => false };

test('a file is opened only by reading its bytes', async () => {
  await using directory = await temporaryDirectory();
  const path = join(directory.path, 'file');
  const content = fileContent(path);
  await writeFile(path, 'later');
  expect(String(await buffer(content))).toBe('later');
});

test.skipIf(onWindows('it reads /proc'))(
  'a download that isn’t copied after all leaves no file open',
  async () => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'file');
    await writeFile(path, 'x');
    const before = await readdir('/proc/self/fd');
    const { items } = downloaded({ name: 'file', path, size: 1, mtime: 0 }, false);
    expect(items('target', as)).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await readdir('/proc/self/fd')).toHaveLength(before.length);
  },
);
