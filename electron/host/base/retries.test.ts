import { afterEach, beforeEach, expect, it } from 'vitest';
import { HostError } from './errors.ts';
import { loggerOf, logTo } from './log.ts';
import { Retries } from './retries.ts';

let lines: string[];
let endLogging: () => void;
beforeEach(() => {
  lines = [];
  endLogging = logTo((line) => lines.push(line));
});
afterEach(() => endLogging());

const log = loggerOf('ports');
const { signal } = new AbortController();
it('waits longer after each failure, up to a limit, and starts over after a success', async () => {
  const retries = new Retries(log, 'listen', { firstMs: 2, longestMs: 5 });
  const delays: number[] = [];
  for (let attempt = 0; attempt < 3; attempt++) {
    delays.push(retries.delayMs);
    await retries.failed(new Error('no'), signal);
  }
  expect(delays).toEqual([2, 4, 5]);
  retries.succeeded();
  expect(retries.delayMs).toBe(2);
});

it('logs each kind of failure once, bugs as errors with their stack', async () => {
  const retries = new Retries(log, 'listen', { firstMs: 1, longestMs: 1 });
  const lost = () => retries.failed(new HostError('connection', 'the engine went away'), signal);
  const refused = (port: number) => retries.failed(new Error(`refused at port ${port}`), signal);
  await lost();
  await refused(8080);
  await lost();
  await refused(8081);
  expect(lines).toEqual([
    expect.stringMatching(/Z warn berth\[\d+\] ports: listen: the engine went away$/),
    expect.stringMatching(/ ports: listen: Error: refused at port 8080 \| at /),
  ]);
  await retries.failed(new TypeError('x is undefined'), signal);
  expect(lines[2]).toMatch(/Z error berth\[\d+\] ports: listen: TypeError: x is undefined \| at /);
  retries.succeeded();
  await lost();
  expect(lines).toHaveLength(4);
});

it('neither logs nor waits once it is over', async () => {
  const retries = new Retries(log, 'listen', { firstMs: 60_000, longestMs: 60_000 });
  const over = new AbortController();
  const waiting = retries.failed(new Error('no'), over.signal);
  over.abort();
  await waiting;
  await retries.failed(new Error('other'), over.signal);
  expect(lines).toHaveLength(1);
});
