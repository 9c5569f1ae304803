import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { containerEnvironment } from './environment.ts';

test('entries of files come first; a name without a value takes it from the environment, or is omitted', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'berth-env-'));
  try {
    const file = join(directory, 'env');
    await writeFile(file, '\uFEFF# comment\r\nA=1 # no comment\r\n  B=\r\nHOME\r\nABSENT\r\n');
    expect(containerEnvironment([file], ['A=2', 'HOME'], { HOME: '/me' })).toEqual([
      'A=1 # no comment',
      'B=',
      'HOME=/me',
      'A=2',
      'HOME=/me',
    ]);
    await writeFile(file, 'BAD NAME=1\n');
    expect(() => containerEnvironment([file], [], {})).toThrow('must not contain white space');
  } finally {
    await rm(directory, { recursive: true });
  }
  expect(() => containerEnvironment(['/nonexistent'], [], {})).toThrow("can't read");
  expect(() => containerEnvironment([], ['=x'], {})).toThrow('invalid environment variable: =x');
});
