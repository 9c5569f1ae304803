import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stage } from './stage.ts';

let cache: string;

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'berth-stage-'));
});

afterEach(() => rm(cache, { recursive: true }));

const write = (text: string) => (directory: string) => writeFile(join(directory, 'made'), text);
const fail = () => Promise.reject(new Error('not built again'));

test('a stage is built once for the same inputs', async () => {
  const first = await stage(cache, 'base', 'a'.repeat(64), write('one'));
  expect(await stage(cache, 'base', 'a'.repeat(64), fail)).toBe(first);
  expect(await readFile(join(first, 'made'), 'utf8')).toBe('one');
});

test('other inputs build the stage again and remove its old version, but not other stages', async () => {
  await stage(cache, 'base', 'a'.repeat(64), write('one'));
  await stage(cache, 'node', 'a'.repeat(64), write('node'));
  await stage(cache, 'base', 'b'.repeat(64), write('two'));
  const left = (await readdir(cache)).sort();
  expect(left).toEqual([`base-${'b'.repeat(16)}`, `node-${'a'.repeat(16)}`]);
});

test('a stage that failed halfway is built again from scratch', async () => {
  const interrupted = async (directory: string) => {
    await write('half')(directory);
    throw new Error('interrupted');
  };
  await expect(stage(cache, 'base', 'a'.repeat(64), interrupted)).rejects.toThrow('interrupted');
  const made = await stage(cache, 'base', 'a'.repeat(64), async (directory) => {
    expect(await readdir(directory)).toEqual([]);
  });
  expect(await readdir(made)).toEqual([]);
});
