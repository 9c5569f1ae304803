import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import {
  appendFile,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readLog } from './log-file.ts';
import { LogRotation } from './log-rotation.ts';

const run = promisify(execFile);

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'log-'));
  path = join(directory, 'log');
});
afterEach(() => rm(directory, { recursive: true }));

const line = (text: string) => `2026-01-01T00:00:00.000000000+00:00 stdout F ${text}\n`;
const { signal } = new AbortController();

/** Begins a new file as conmon does on request. */
async function beginNewFile(): Promise<void> {
  await writeFile(`${path}.tmp`, '');
  await rename(`${path}.tmp`, path);
}

/** Looks as an engine does that has just started. */
const looked = (limits: { maxSize: number; maxFiles: number }) =>
  new LogRotation(path, limits, join(directory, 'ctl')).look();

async function rotate(maxFiles: number): Promise<void> {
  await looked({ maxSize: 1, maxFiles });
  await beginNewFile();
}

async function read(tail?: number): Promise<string[]> {
  const lines: string[] = [];
  const query = { signal, ...(tail !== undefined && { tail }) };
  for await (const batch of readLog(path, query)) {
    for (const { data } of batch) lines.push(data.toString().trim());
  }
  return lines;
}

it('keeps the maximum number of files, and reads them oldest first', async () => {
  for (const text of ['one', 'two', 'three', 'four']) {
    await appendFile(path, line(`${text} a`) + line(`${text} b`));
    if (text !== 'four') await rotate(3);
  }
  expect((await readdir(directory)).sort()).toEqual(['log', 'log.1', 'log.2']);
  expect(await read()).toEqual(['two a', 'two b', 'three a', 'three b', 'four a', 'four b']);
  expect(await read(3)).toEqual(['three b', 'four a', 'four b']);
  expect(await read(0)).toEqual([]);
});

it('does not rotate a log that is short enough', async () => {
  await writeFile(path, line('one'));
  await looked({ maxSize: 1000, maxFiles: 3 });
  expect(await readdir(directory)).toEqual(['log']);
});

it('shows no line twice and loses none during a rotation', async () => {
  await writeFile(path, line('one'));
  await looked({ maxSize: 1, maxFiles: 2 });
  expect(await read()).toEqual(['one']);
  // A restarted agent continues where the previous one stopped.
  await looked({ maxSize: 1, maxFiles: 2 });
  await beginNewFile();
  await appendFile(path, line('two'));
  expect(await readFile(`${path}.1`, 'utf8')).toBe(line('one'));
  expect(await read()).toEqual(['one', 'two']);
});

it('requests one new file for each file, since a second request would lose lines', async () => {
  const fifo = join(directory, 'ctl');
  await run('mkfifo', [fifo]);
  const monitor = await open(fifo, constants.O_RDWR | constants.O_NONBLOCK);
  try {
    const rotation = new LogRotation(path, { maxSize: 10, maxFiles: 3 }, fifo);
    const requests = async () => (await monitor.read(Buffer.alloc(100), 0, 100)).bytesRead / 6;
    await writeFile(path, line('one'));
    for (const _ of [1, 2, 3]) await rotation.look();
    expect(await requests()).toBe(1);
    await beginNewFile();
    await rotation.look();
    await appendFile(path, line('two'));
    await rotation.look();
    expect(await requests()).toBe(1);
  } finally {
    await monitor.close();
  }
});

it('keeps fewer files if a container writes so quickly that they are far too long', async () => {
  for (const text of ['one', 'two', 'three']) {
    await writeFile(path, line(text) + 'x'.repeat(12 << 20));
    await rotate(4);
  }
  expect((await readdir(directory)).sort()).toEqual(['log', 'log.1']);
  expect(await readFile(`${path}.1`, 'utf8')).toContain('three');
});

it('follows a log into its next file', async () => {
  await writeFile(path, line('one'));
  const ended = Promise.withResolvers<void>();
  const lines = readLog(path, { signal, follow: { ended: ended.promise } });
  const next = async () => (await lines.next()).value?.[0]?.data.toString().trim();
  expect(await next()).toBe('one');
  const waiting = next();
  await appendFile(path, line('two'));
  await rotate(2);
  await appendFile(path, line('three'));
  expect(await waiting).toBe('two');
  expect(await next()).toBe('three');
  ended.resolve();
  expect((await lines.next()).done).toBe(true);
});
