import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../electron/host/base/testing/temporary-directory.ts';
import { checksumProblems, writeChecksums } from './checksums.ts';

it.skipIf(process.platform !== 'linux')('writes sums that sha256sum accepts', async () => {
  const directory = await temporaryDirectory();
  await writeFile(join(directory, 'Berth 1.dmg'), 'one');
  await writeFile(join(directory, 'berth.deb'), 'two');
  await writeChecksums(directory);
  // Again: the sums don't list themselves.
  await writeChecksums(directory);
  const { stdout } = await promisify(execFile)('sha256sum', ['--check', 'SHA256SUMS'], {
    cwd: directory,
    env: { ...process.env, LC_ALL: 'C' },
  });
  expect(stdout).toBe('Berth 1.dmg: OK\nberth.deb: OK\n');
});

it('finds changed, missing and additional files', async () => {
  const directory = await temporaryDirectory();
  for (const name of ['a.deb', 'b.deb']) await writeFile(join(directory, name), name);
  await writeChecksums(directory);
  expect(await checksumProblems(directory)).toEqual([]);
  await writeFile(join(directory, 'a.deb'), 'changed');
  await rm(join(directory, 'b.deb'));
  await writeFile(join(directory, 'c.deb'), 'new');
  expect(await checksumProblems(directory)).toEqual([
    "c.deb isn't listed",
    'a.deb has changed',
    'b.deb is missing',
  ]);
});

it('refuses an empty folder', async () => {
  await expect(writeChecksums(await temporaryDirectory())).rejects.toThrow('no files to release');
});
