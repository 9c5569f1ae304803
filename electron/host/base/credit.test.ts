import { expect, it } from 'vitest';
import { Credit } from './credit.ts';

const forever = new AbortController().signal;

async function isAvailable(credit: Credit): Promise<boolean> {
  const later = new Promise<boolean>((resolve) => setImmediate(() => resolve(false)));
  return Promise.race([credit.available(forever).then(() => true), later]);
}

it('waits for a grant when it is used up', async () => {
  const credit = new Credit(10);
  credit.spend(9);
  expect(await isAvailable(credit)).toBe(true);
  credit.spend(20);
  expect(await isAvailable(credit)).toBe(false);
  credit.grant(19);
  expect(await isAvailable(credit)).toBe(false);
  credit.grant(1);
  expect(await isAvailable(credit)).toBe(true);
});

it('wakes who waits', async () => {
  const credit = new Credit(0);
  const waiting = credit.available(forever);
  credit.grant(1);
  await expect(waiting).resolves.toBeUndefined();
});

it('stops waiting when the terminal is closed', async () => {
  const closed = new AbortController();
  const waiting = new Credit(0).available(closed.signal);
  closed.abort();
  await expect(waiting).rejects.toThrow('aborted');
  await expect(new Credit(1).available(closed.signal)).rejects.toThrow('aborted');
});
