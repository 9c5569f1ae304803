import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { watchEngine } from './engine-watch.ts';

const times = { intervalMs: 10, patienceMs: 60, askAgainMs: 40 };

function watch(ping: (signal: AbortSignal) => Promise<boolean>, isExpected = () => true) {
  const changes: (Date | undefined)[] = [];
  const over = new AbortController();
  const onChange = (since: Date | undefined) => {
    if (since !== changes.at(-1)) changes.push(since);
  };
  const ended = watchEngine({ ping, isExpected, onChange, times }, over.signal);
  onTestFinished(async () => {
    over.abort();
    await ended;
  });
  return changes;
}

const never = (signal: AbortSignal) =>
  new Promise<boolean>((resolve) => signal.addEventListener('abort', () => resolve(false)));

test('tells since when an engine is silent, and that it answers again', async () => {
  let hangs = true;
  const before = Date.now();
  const changes = watch((signal) => (hangs ? never(signal) : Promise.resolve(true)));
  await vi.waitFor(() => expect(changes).toEqual([expect.any(Date)]));
  expect(changes[0]?.getTime()).toBeGreaterThanOrEqual(before);
  // The same silence, however often the engine was asked.
  await sleep(150);
  expect(changes).toHaveLength(1);
  hangs = false;
  await vi.waitFor(() => expect(changes).toEqual([expect.any(Date), undefined]));
});

test('an engine that refuses connections is as silent as one that hangs', async () => {
  const changes = watch(() => Promise.resolve(false));
  await vi.waitFor(() => expect(changes).toEqual([expect.any(Date)]));
});

test('a late answer within the time limit is not reported', async () => {
  const changes = watch(async () => {
    await sleep(20);
    return true;
  });
  await sleep(200);
  expect(changes).toEqual([]);
});

test('a VM that is being suspended may be silent', async () => {
  let isRunning = false;
  const changes = watch(never, () => isRunning);
  await sleep(200);
  expect(changes).toEqual([]);
  isRunning = true;
  await vi.waitFor(() => expect(changes).toEqual([expect.any(Date)]));
});
