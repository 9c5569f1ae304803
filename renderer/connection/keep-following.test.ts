import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepFollowing } from './keep-following.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('waits longer after each failure, and says each kind once until the stream is back', async () => {
  const said = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const over = new AbortController();
  const opened: number[] = [];
  let isUp = false;
  const following = keepFollowing(async (succeeded) => {
    opened.push(Date.now());
    if (isUp) succeeded();
    isUp = false;
    throw new Error('broken');
  }, over.signal);
  await vi.advanceTimersByTimeAsync(6_000);
  const waits = opened.slice(1).map((at, index) => at - (opened[index] ?? 0));
  expect(waits).toEqual([500, 1_000, 2_000, 2_000]);
  expect(said).toHaveBeenCalledTimes(1);
  isUp = true;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(said).toHaveBeenCalledTimes(2);
  over.abort();
  await vi.runAllTimersAsync();
  await following;
});
