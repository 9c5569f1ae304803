import { chmod, mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashInputs } from './input-hash.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-inputs-'));
  await mkdir(join(directory, 'scripts'));
  await writeFile(join(directory, 'scripts/boot'), 'mount\n');
  await writeFile(join(directory, 'packages.txt'), 'crun\n');
});

afterEach(() => rm(directory, { recursive: true }));

const hash = (...texts: string[]) => hashInputs({ texts, paths: [directory] });

test('the same inputs give the same hash, regardless of their modification times', async () => {
  const before = await hash('amd64');
  await utimes(join(directory, 'packages.txt'), new Date(0), new Date(0));
  expect(await hash('amd64')).toBe(before);
});

test.each<[string, () => Promise<void>]>([
  ['content', () => writeFile(join(directory, 'packages.txt'), 'crun\njq\n')],
  ['a new file', () => writeFile(join(directory, 'scripts/shutdown'), '')],
  ['a name', () => rename(join(directory, 'packages.txt'), join(directory, 'packages.list'))],
  ['an executable bit', () => chmod(join(directory, 'scripts/boot'), 0o755)],
])('%s changes the hash', async (_, change) => {
  const before = await hash();
  await change();
  expect(await hash()).not.toBe(before);
});

test('texts change the hash, and so do the boundaries between them', async () => {
  expect(await hash('ab', 'c')).not.toBe(await hash('a', 'bc'));
});
