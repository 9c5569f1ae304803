import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { programFile, writeProgram } from '../base/testing/stand-in-program.ts';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { findVfkit, parseVfkitVersion } from './find-vfkit.ts';

/** A directory with a program that reports this version. */
async function withVfkit(says: string): Promise<string> {
  const directory = await temporaryDirectory();
  await writeProgram(directory, 'vfkit', { answers: [{ prints: `${says}\n` }] });
  return directory;
}

test('the first vfkit on PATH is taken, with its version', async () => {
  const [empty, first] = [await temporaryDirectory(), await withVfkit('vfkit version: v0.6.4')];
  expect(await findVfkit({ PATH: [empty, first].join(delimiter) })).toEqual({
    ...{ program: join(first, programFile('vfkit')), version: '0.6.4' },
  });
});

test('a missing, old or unknown vfkit is an error with advice', async () => {
  const advice = { code: 'missing-program', hint: expect.stringContaining('"qemu"') };
  await expect(findVfkit({ PATH: await temporaryDirectory() })).rejects.toMatchObject(advice);
  for (const [says, named] of [
    ['vfkit version: v0.6.1', 'vfkit 0.6.1'],
    ['vfkit version: unknown', 'of unknown version'],
  ] as const) {
    await expect(findVfkit({ PATH: await withVfkit(says) })).rejects.toMatchObject({
      ...{ ...advice, message: expect.stringContaining(named) },
    });
  }
});

test('versions are read with and without a leading v', () => {
  expect(parseVfkitVersion('vfkit version: 0.6.3\n')).toBe('0.6.3');
  expect(parseVfkitVersion('vfkit version: v0.6.4-12-gabc\n')).toBe('0.6.4');
});
