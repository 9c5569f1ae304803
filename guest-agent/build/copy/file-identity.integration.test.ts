import { lstat, open, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { identifyFiles } from './file-identity.ts';

const time = new Date('2024-05-06T07:08:09Z');

test('a version of a file has its own identity, even with the same size and time', async () => {
  const directory = await temporaryDirectory();
  onTestFinished(() => directory[Symbol.asyncDispose]());
  await using handle = await open(directory.path);
  const path = join(directory.path, 'file');
  const identity = async () =>
    (await identifyFiles(handle.fd))(await lstat(path, { bigint: true }));
  const write = async (text: string) => {
    await writeFile(path, text);
    await utimes(path, time, time);
  };
  await write('one');
  // A change right now could have the same time.
  expect(await identity()).toBeUndefined();
  await delay(150);
  const first = await identity();
  expect(await identity()).toBe(first);
  await write('two');
  await delay(150);
  expect(await identity()).not.toBe(first);
  await rm(path);
});

test('files of a file system that reuses numbers have no identity', async () => {
  await using handle = await open('/proc/self');
  const stats = await lstat('/proc/self/status', { bigint: true });
  expect((await identifyFiles(handle.fd))(stats)).toBeUndefined();
});
