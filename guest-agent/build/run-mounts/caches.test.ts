import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { parseMountFlag } from '../dockerfile/mount-flag.ts';
import { BuildCaches } from './caches.ts';

const { signal } = new AbortController();
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let caches: BuildCaches;

beforeEach(async () => {
  directory = await temporaryDirectory();
  caches = new BuildCaches(directory.path);
});
afterEach(() => directory[Symbol.asyncDispose]());

const use = (text: string) =>
  caches.use(
    parseMountFlag(
      `type=cache,uid=${process.getuid?.() ?? 0},gid=${process.getgid?.() ?? 0},${text}`,
    ),
    signal,
  );

test('a cache keeps its files between builds, by its name or its target', async () => {
  {
    using first = await use('target=/a');
    await writeFile(join(first.path, 'f'), 'kept');
  }
  using same = await use('id=/a,target=/b');
  expect(await readFile(join(same.path, 'f'), 'utf8')).toBe('kept');
  using other = await use('target=/b,mode=0700');
  expect(other.path).not.toBe(same.path);
  expect((await stat(other.path)).mode & 0o777).toBe(0o700);
});

test('several steps share a cache, or have one each, or wait', async () => {
  using one = await use('target=/a');
  using two = await use('target=/a');
  expect(two.path).toBe(one.path);
  using own = await use('target=/a,sharing=private');
  using another = await use('target=/a,sharing=private');
  expect(another.path).not.toBe(own.path);
  const first = await use('target=/l,sharing=locked');
  const order: string[] = [];
  const second = use('target=/l,sharing=locked').then((cache) => {
    order.push('second');
    return cache;
  });
  order.push('first');
  first[Symbol.dispose]();
  (await second)[Symbol.dispose]();
  expect(order).toEqual(['first', 'second']);
});

test('a prune removes the caches that nothing uses', async () => {
  using used = await use('target=/used');
  const free = await use('target=/free');
  free[Symbol.dispose]();
  await caches.prune();
  expect(await stat(free.path).catch(() => 'gone')).toBe('gone');
  expect((await stat(used.path)).isDirectory()).toBe(true);
});
