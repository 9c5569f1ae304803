import { expect, test, vi } from 'vitest';
import { fallsSilent } from './liveness.ts';

const times = { intervalMs: 1, timeoutMs: 20, failures: 2 };
const never = () => new Promise<void>(() => {});

test('a peer without two answers in a row is silent', async () => {
  const { signal } = new AbortController();
  const ask = vi
    .fn<() => Promise<void>>(async () => never())
    .mockImplementationOnce(async () => {})
    .mockImplementationOnce(never)
    .mockImplementationOnce(async () => {})
    .mockImplementationOnce(async () => {
      throw new Error('no connection');
    });
  expect(await fallsSilent(ask, times, signal)).toBe(true);
  expect(ask).toHaveBeenCalledTimes(5);
});

test('a peer that answers isn’t silent, until the connection ends', async () => {
  const over = new AbortController();
  const ask = vi.fn(async () => {
    if (ask.mock.calls.length === 10) over.abort();
  });
  expect(await fallsSilent(ask, times, over.signal)).toBe(false);
  expect(ask).toHaveBeenCalledTimes(10);
});

test('an engine that was busy itself still reads the answer', async () => {
  const over = new AbortController();
  const ask = vi.fn(async () => {
    if (ask.mock.calls.length === 4) over.abort();
    const { promise, resolve } = Promise.withResolvers<void>();
    setImmediate(() => {
      const until = performance.now() + 30;
      while (performance.now() < until);
      setImmediate(resolve);
    });
    await promise;
  });
  expect(await fallsSilent(ask, times, over.signal)).toBe(false);
});
