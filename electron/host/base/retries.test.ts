import { afterEach, beforeEach, expect, it } from 'vitest';
import { HostError } from './errors.ts';
import { type LogSink, logTo } from './log.ts';
import { Retries } from './retries.ts';

let lines: string[];
let before: LogSink;
beforeEach(() => {
  lines = [];
  before = logTo((line) => lines.push(line));
});
afterEach(() => void logTo(before));

const { signal } = new AbortController();
it('waits longer after each failure, up to a limit, and starts over after a success', async () => {
  const retries = new Retries('listen', { firstMs: 2, longestMs: 5 });
  const delays: number[] = [];
  for (let attempt = 0; attempt < 3; attempt++) {
    delays.push(retries.delayMs);
    await retries.failed(new Error('no'), signal);
  }
  expect(delays).toEqual([2, 4, 5]);
  retries.succeeded();
  expect(retries.delayMs).toBe(2);
});

it('logs the same failure once, with its stack unless it is an expected one', async () => {
  const retries = new Retries('listen', { firstMs: 1, longestMs: 1 });
  const lost = () => retries.failed(new HostError('connection', 'the engine went away'), signal);
  await lost();
  await lost();
  expect(lines).toEqual([expect.stringMatching(/Z listen: the engine went away$/)]);
  await retries.failed(new TypeError('x is undefined'), signal);
  expect(lines[1]).toMatch(/Z listen: TypeError: x is undefined\n +at /);
  retries.succeeded();
  await lost();
  expect(lines).toHaveLength(3);
});

it('neither logs nor waits once it is over', async () => {
  const retries = new Retries('listen', { firstMs: 60_000, longestMs: 60_000 });
  const over = new AbortController();
  const waiting = retries.failed(new Error('no'), over.signal);
  over.abort();
  await waiting;
  await retries.failed(new Error('other'), over.signal);
  expect(lines).toHaveLength(1);
});
