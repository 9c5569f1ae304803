import { appendFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { followConsole } from './follow-console.ts';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-console-'));
  path = join(directory, 'console.log');
});

afterEach(() => rm(directory, { recursive: true }));

it('shows existing output, then additions, and starts over with the VM', async () => {
  await writeFile(path, 'berth: init\n');
  const stop = new AbortController();
  const pieces = followConsole(path, stop.signal);
  const next = async () => String((await pieces.next()).value);
  expect(await next()).toBe('berth: init\n');
  const added = next();
  await appendFile(path, 'berth: sshd\n');
  expect(await added).toBe('berth: sshd\n');
  const anew = next();
  await truncate(path);
  await appendFile(path, 'again\n');
  expect(await anew).toBe('again\n');
  const end = pieces.next();
  stop.abort();
  expect(await end).toEqual({ done: true, value: undefined });
});

it('waits for a machine that never started', async () => {
  const stop = new AbortController();
  const first = followConsole(path, stop.signal).next();
  await writeFile(path, 'hello');
  expect(String((await first).value)).toBe('hello');
  stop.abort();
});
