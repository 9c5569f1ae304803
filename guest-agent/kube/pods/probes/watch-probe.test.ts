import type { Probe } from 'kubernetes-types/core/v1.js';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchProbe } from './watch-probe.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Probes whose results are given. Returns what was settled, with its second. */
async function settledBy(probe: Probe, results: readonly boolean[], until = true) {
  const startedAt = Date.now();
  const settled: [second: number, isGood: boolean][] = [];
  const end = new AbortController();
  let count = 0;
  const watched = watchProbe(
    {
      ...{ probe, startedAt, observed: () => {} },
      check: async () => {
        const isGood = results[count] ?? results.at(-1) ?? true;
        count += 1;
        return { isGood, output: '' };
      },
      settled: (isGood) => {
        settled.push([(Date.now() - startedAt) / 1000, isGood]);
        return until;
      },
    },
    end.signal,
  );
  watched.catch(() => {});
  await vi.advanceTimersByTimeAsync(results.length * (probe.periodSeconds ?? 10) * 1000);
  end.abort();
  return { settled, count };
}

it('waits for the initial delay and then probes every period', async () => {
  const probe = { initialDelaySeconds: 5, periodSeconds: 3 };
  const { settled } = await settledBy(probe, [true, true, true, true]);
  expect(settled.map(([second]) => second)).toEqual([5, 8, 11]);
});

it('counts failures in a row', async () => {
  const probe = { periodSeconds: 1, failureThreshold: 3 };
  const { settled } = await settledBy(probe, [false, false, true, false, false, false, false]);
  expect(settled).toEqual([
    [2, true],
    [5, false],
    [6, false],
    [7, false],
  ]);
});

it('counts successes in a row', async () => {
  const probe = { periodSeconds: 1, successThreshold: 2, failureThreshold: 1 };
  const { settled } = await settledBy(probe, [true, false, true, true]);
  expect(settled.slice(0, 2)).toEqual([
    [1, false],
    [3, true],
  ]);
});

it('ends once its result counts', async () => {
  const { settled, count } = await settledBy({ periodSeconds: 1 }, [true, true, true], false);
  expect({ settled, count }).toEqual({ settled: [[0, true]], count: 1 });
});
