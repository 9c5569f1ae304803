import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { moveFile } from './move-file.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

const refusal = (code: string) => Object.assign(new Error(code), { code });

test('on Windows, a file that is in use for a moment is replaced all the same', async () => {
  const directory = await temporaryDirectory();
  const [from, to] = [join(directory, 'new'), join(directory, 'old')];
  await writeFile(from, 'new');
  await writeFile(to, 'old');
  const move = vi
    .fn(rename as (from: string, to: string) => Promise<void>)
    .mockRejectedValueOnce(refusal('EPERM'))
    .mockRejectedValueOnce(refusal('EBUSY'));
  await moveFile(from, to, 'win32', move);
  expect(await readFile(to, 'utf8')).toBe('new');
});

test.each([
  ['win32', 'ENOENT', 1],
  ['linux', 'EPERM', 1],
  ['win32', 'EACCES', 9],
] as const)('on %s, %s fails after %i attempts', async (platform, code, attempts) => {
  const move = vi.fn(() => Promise.reject(refusal(code)));
  await expect(moveFile('a', 'b', platform, move)).rejects.toThrow(code);
  expect(move).toHaveBeenCalledTimes(attempts);
});
