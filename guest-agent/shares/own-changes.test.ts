import { appendFile, mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { temporaryDirectory } from '../store/testing/temporary-directory.ts';
import { OwnChanges } from './own-changes.ts';

let directory: string;
let own: OwnChanges;

beforeEach(async () => {
  directory = (await temporaryDirectory()).path;
  own = new OwnChanges();
  const opened = await open(directory);
  own.watch(directory, opened.fd);
  onTestFinished(async () => {
    own.unwatch(directory);
    await opened.close();
  });
});
const untilOwn = (path: string) => vi.waitFor(() => expect(own.includes(path, 0)).toBe(true));

test('what is made, written to and removed here is known', async () => {
  const file = join(directory, 'file');
  await writeFile(file, '');
  await untilOwn(file);
  await mkdir(join(directory, 'folder'));
  await untilOwn(join(directory, 'folder'));
  await rm(join(directory, 'folder'), { recursive: true });
  expect(own.includes(join(directory, 'other'), 0)).toBe(false);
});

test('what happens to it afterwards is not', async () => {
  const file = join(directory, 'file');
  await writeFile(file, '');
  await untilOwn(file);
  await vi.waitFor(() => expect(own.includes(file, 0)).toBe(false));
  expect(own.includes(file, 1_000)).toBe(true);
});

test('what the agent touches does not count', async () => {
  const [file, last] = [join(directory, 'file'), join(directory, 'last')];
  own.touching(file);
  await writeFile(file, '');
  await appendFile(file, 'more');
  await writeFile(last, '');
  await untilOwn(last);
  expect(own.includes(file, 0)).toBe(false);
});

test('what comes into a new directory before it is watched is of who made it', async () => {
  const folder = join(directory, 'folder');
  await mkdir(folder);
  await untilOwn(folder);
  const opened = await open(folder);
  own.watch(folder, opened.fd);
  onTestFinished(async () => {
    own.unwatch(folder);
    await opened.close();
  });
  const file = join(folder, 'file');
  expect(own.includes(file, 100)).toBe(true);
  await vi.waitFor(() => expect(own.includes(file, 0)).toBe(false));
});
