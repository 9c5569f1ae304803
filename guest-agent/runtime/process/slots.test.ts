import { expect, test } from 'vitest';
import { Slots } from './slots.ts';

const { signal } = new AbortController();

test('commands wait for a slot in order', async () => {
  const slots = new Slots(1);
  const first = await slots.take(signal);
  const begun: string[] = [];
  const others = ['b', 'c'].map(async (name) => {
    using _ = await slots.take(signal);
    begun.push(name);
  });
  expect(begun).toEqual([]);
  first[Symbol.dispose]();
  await Promise.all(others);
  expect(begun).toEqual(['b', 'c']);
});

test('a cancelled wait takes no slot from the others', async () => {
  const slots = new Slots(1);
  const first = await slots.take(signal);
  const cancelled = new AbortController();
  const waiting = slots.take(cancelled.signal);
  const next = slots.take(signal);
  cancelled.abort(new Error('cancelled'));
  await expect(waiting).rejects.toThrow('cancelled');
  // Disposing of a slot twice frees one.
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  using _ = await next;
  const late = new AbortController();
  const third = slots.take(late.signal);
  late.abort(new Error('no slot'));
  await expect(third).rejects.toThrow('no slot');
});
