import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { buildPruneRoute } from '../../api/routes/build-prune.ts';
import { ApiServer } from '../../api/server.ts';
import { parseMountFlag } from '../../build/dockerfile/mount-flag.ts';
import { BuildCaches } from '../../build/run-mounts/caches.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { testSocket } from '../../testing/test-socket.ts';
import { pruneEverything } from '../testing/prune-everything.ts';
import { BuildCache } from './build-cache.ts';
import type { CacheEntry } from './entry.ts';
import { mountStore } from './stores.ts';

const GB = 1e9;

/** A store in memory. Entries in use can't be removed. */
class Shelf {
  all: CacheEntry[];
  constructor(all: CacheEntry[]) {
    this.all = all;
  }

  entries = async () => this.all;
  remove = async (ids: readonly string[]) => {
    const gone = this.all.filter(({ id, inUse }) => ids.includes(id) && !inUse);
    this.all = this.all.filter((entry) => !gone.includes(entry));
    return gone.map(({ id }) => id);
  };
}

const entry = (id: string, size: number, hoursAgo: number): CacheEntry => ({
  ...{ id, type: 'regular', description: id, parents: [], isMutable: false },
  ...{ inUse: false, isShared: false, size, created: new Date(0), uses: 1 },
  lastUsed: new Date(Date.now() - hoursAgo * 3_600_000),
});

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

test('garbage is collected after the last build, and not during another', async () => {
  const shelf = new Shelf([entry('old', 60 * GB, 3), entry('new', 30 * GB, 1)]);
  const logged: string[] = [];
  const cache = new BuildCache({
    ...{ stores: [shelf], directory: '/', log: (message: string) => void logged.push(message) },
    disk: async () => ({ total: 100 * GB, free: 40 * GB }),
  });
  const first = cache.build();
  const second = cache.build();
  first[Symbol.dispose]();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(shelf.all).toHaveLength(2);
  second[Symbol.dispose]();
  await vi.advanceTimersByTimeAsync(120_000);
  await vi.waitUntil(() => logged.length > 0);
  expect(shelf.all.map(({ id }) => id)).toEqual(['new']);
  expect(logged).toEqual(['the build cache was pruned by 60000000000 bytes']);
});

test('the mounts of RUNs are entries, and one in use stays', async () => {
  vi.useRealTimers();
  const temporary = await temporaryDirectory();
  onTestFinished(() => temporary[Symbol.asyncDispose]());
  const caches = new BuildCaches(temporary.path);
  const cache = new BuildCache({
    ...{ stores: [mountStore(caches)], directory: temporary.path, log: () => {} },
  });
  await mkdir(join(temporary.path, 'unused'));
  await writeFile(join(temporary.path, 'unused/file'), 'four');
  const used = await caches.use(parseMountFlag('type=cache,id=npm,target=/root/.npm'), {
    command: ['/bin/sh', '-c', 'npm ci'],
  });
  const entries = await cache.entries();
  expect(entries).toMatchObject([
    { type: 'exec.cachemount', isMutable: true },
    { type: 'exec.cachemount' },
  ]);
  expect(entries.map(({ description }) => description).sort()).toEqual([
    'cached mount',
    'cached mount /root/.npm from exec /bin/sh -c npm ci with id "/npm"',
  ]);
  expect((await cache.prune(pruneEverything)).map(({ id }) => id)).toEqual(['unused']);
  used[Symbol.dispose]();
  expect(await cache.prune(pruneEverything)).toHaveLength(1);
});

test('POST /build/prune takes the filters and limits of Docker’s clients', async () => {
  vi.useRealTimers();
  const temporary = await temporaryDirectory();
  onTestFinished(() => temporary[Symbol.asyncDispose]());
  const shelf = new Shelf([entry('abc', 5, 30), entry('new', 7, 1)]);
  const cache = new BuildCache({ stores: [shelf], directory: temporary.path, log: () => {} });
  const server = new ApiServer([buildPruneRoute(cache)], () => {});
  const socketPath = testSocket(temporary.path, 'engine');
  await server.listen(socketPath);
  onTestFinished(() => server.close());
  const { request } = await import('node:http');
  const { json } = await import('node:stream/consumers');
  const prune = (query: string) =>
    new Promise((resolve, reject) => {
      const call = request(
        { socketPath, method: 'POST', path: `/build/prune?${query}` },
        (answer) => json(answer).then(resolve, reject),
      );
      call.on('error', reject);
      call.end();
    });
  const filters = (value: object) => `filters=${encodeURIComponent(JSON.stringify(value))}`;
  expect(await prune(filters({ color: ['red'] }))).toEqual({ message: "invalid filter 'color'" });
  expect(await prune(filters({ id: ['b'] }))).toEqual({
    ...{ CachesDeleted: ['abc'], SpaceReclaimed: 5 },
  });
  expect(await prune(filters({ until: ['24h'] }))).toMatchObject({ CachesDeleted: null });
  expect(await prune('all=1&max-used-space=3')).toMatchObject({ CachesDeleted: ['new'] });
});
