import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
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

const mount = (text: string) =>
  parseMountFlag(
    `type=cache,uid=${process.getuid?.() ?? 0},gid=${process.getgid?.() ?? 0},${text}`,
  );
const use = (text: string) => caches.use(mount(text));
const lock = (ids: readonly string[], until = signal) =>
  caches.lock(
    ids.map((id, index) => mount(`id=${id},target=/${index},sharing=locked`)),
    until,
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
});

test('a step waits for a locked cache until the other step ends', async () => {
  const first = await lock(['a']);
  const order: string[] = [];
  const second = lock(['a']).then((held) => {
    order.push('second');
    return held;
  });
  using _other = await lock(['b']);
  order.push('first');
  first[Symbol.dispose]();
  (await second)[Symbol.dispose]();
  expect(order).toEqual(['first', 'second']);
});

test('a step can mount a locked cache twice, and steps with the same caches don’t wait for ever', async () => {
  const first = await lock(['a', 'b', 'a']);
  const others = [lock(['b', 'a']), lock(['a', 'b'])];
  first[Symbol.dispose]();
  const ends = await Promise.all(
    others.map(async (other) => {
      (await other)[Symbol.dispose]();
      return 'ended';
    }),
  );
  expect(ends).toEqual(['ended', 'ended']);
});

test('a build that is cancelled stops waiting for a locked cache', async () => {
  const first = await lock(['a']);
  const cancel = new AbortController();
  const second = lock(['a'], cancel.signal);
  const third = lock(['a']);
  cancel.abort(new Error('cancelled'));
  await expect(second).rejects.toThrow('cancelled');
  first[Symbol.dispose]();
  (await third)[Symbol.dispose]();
});

test('a prune removes the caches that nothing uses', async () => {
  using used = await use('target=/used');
  const free = await use('target=/free');
  free[Symbol.dispose]();
  for (const { name } of await caches.usage()) await caches.remove(name);
  expect(await stat(free.path).catch(() => 'gone')).toBe('gone');
  expect((await stat(used.path)).isDirectory()).toBe(true);
});

test('a cache whose first files could not be copied is filled by the next step', async () => {
  const from = mount('from=stage,target=/c');
  const failing = caches.use(from, {
    fill: async (path) => {
      await writeFile(join(path, 'half'), '');
      throw new Error('cancelled');
    },
  });
  await expect(failing).rejects.toThrow('cancelled');
  using next = await caches.use(from, { fill: (path) => writeFile(join(path, 'whole'), '') });
  expect(await readdir(next.path)).toEqual(['whole']);
  expect(await caches.usage()).toHaveLength(1);
});

test('what a cancelled step left of a new cache is removed by a prune', async () => {
  const fill = () => Promise.reject(new Error('cancelled'));
  const failing = caches.use(mount('target=/c'), { fill });
  await expect(failing).rejects.toThrow('cancelled');
  for (const { name } of await caches.usage()) await caches.remove(name);
  expect(await caches.usage()).toEqual([]);
  expect(await readdir(directory.path, { recursive: true })).toEqual(['.origins']);
});

test('a cache counts as used when a step uses it, even if only files deep in it change', async () => {
  const first = await use('target=/c');
  const old = new Date('2020-01-01');
  await utimes(first.path, old, old);
  first[Symbol.dispose]();
  (await use('target=/c'))[Symbol.dispose]();
  const [usage] = await caches.usage();
  expect(usage?.lastUsed.getFullYear()).toBeGreaterThan(2020);
});

test('what made a cache is kept without credentials', async () => {
  const command = ['/bin/sh', '-c', 'curl https://me:token@example.com/list'];
  (await caches.use(mount('target=/c'), { command }))[Symbol.dispose]();
  const [usage] = await caches.usage();
  expect(usage?.origin).toContain('example.com/list');
  expect(usage?.origin).not.toContain('token');
});
