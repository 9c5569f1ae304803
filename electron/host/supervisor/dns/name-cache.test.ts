import { expect, test } from 'vitest';
import { NameCache } from './name-cache.ts';
import type { Resolution } from './resolver.ts';

const address = (ttl: number): Resolution => ({
  ...{ rcode: 0, ttl, answers: [{ type: 'A', name: 'a', ttl, data: '10.1.2.3' }] },
});

/** A cache over a source that counts; its clock stands until it is moved. */
function prepare(known: Resolution) {
  const asked: string[] = [];
  const clock = { now: 0 };
  const cache = new NameCache(
    async (name, type) => {
      asked.push(`${type} ${name}`);
      return known;
    },
    () => clock.now,
  );
  return { cache, asked, clock };
}

test('an answer is cached for its remaining lifetime', async () => {
  const { cache, asked, clock } = prepare(address(10));
  await Promise.all([cache.resolve('a', 'A'), cache.resolve('A', 'A')]);
  clock.now = 4_000;
  expect(await cache.resolve('a', 'A')).toMatchObject({ ttl: 6, answers: [{ ttl: 6 }] });
  expect(asked).toEqual(['A a']);
  await cache.resolve('a', 'AAAA');
  clock.now = 10_000;
  await cache.resolve('a', 'A');
  expect(asked).toEqual(['A a', 'AAAA a', 'A a']);
});

test('a failure is not kept', async () => {
  const { cache, asked } = prepare({ rcode: 2, answers: [], ttl: 0 });
  await cache.resolve('a', 'A');
  await cache.resolve('a', 'A');
  expect(asked).toHaveLength(2);
});

test('few questions are under way at once, and none is forgotten', async () => {
  let running = 0;
  let most = 0;
  const cache = new NameCache(async () => {
    most = Math.max(most, ++running);
    await new Promise(setImmediate);
    running--;
    return address(1);
  });
  const names = Array.from({ length: 100 }, (_, index) => `host${index}`);
  const all = await Promise.all(names.map((name) => cache.resolve(name, 'A')));
  expect(all.every(({ rcode }) => rcode === 0)).toBe(true);
  expect(most).toBe(12);
});
