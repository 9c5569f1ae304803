import { watch } from 'node:fs';
import { appendFile, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { type WatchDirectory, watchTree } from './watch-tree.ts';

let root: string;
beforeEach(async () => {
  root = await temporaryDirectory();
  await mkdir(join(root, 'src', 'deep'), { recursive: true });
  await writeFile(join(root, 'src', 'deep', 'old'), 'old');
});

async function watched(): Promise<string[]> {
  const told: string[] = [];
  const tree = watchTree(root, ({ path, kind }) => told.push(`${kind} ${path}`));
  onTestFinished(() => tree.close());
  await tree.ready;
  return told;
}
const untilTold = (told: string[], expected: string[]) =>
  vi.waitFor(() => expect(told).toEqual(expect.arrayContaining(expected)), { timeout: 3000 });

test('a file is made, written to, and removed, deep in the tree', async () => {
  const told = await watched();
  const file = join(root, 'src', 'deep', 'new');
  await writeFile(file, '1');
  await untilTold(told, ['created src/deep/new']);
  await appendFile(file, '2');
  await untilTold(told, ['changed src/deep/new']);
  await rm(file);
  await untilTold(told, ['removed src/deep/new']);
  expect(told).toHaveLength(3);
});

test('a directory that is moved in is told of with what is in it, and what comes into it later', async () => {
  const outside = await temporaryDirectory();
  await mkdir(join(outside, 'a', 'b'), { recursive: true });
  await writeFile(join(outside, 'a', 'b', 'c'), '');
  const told = await watched();
  await rename(join(outside, 'a'), join(root, 'a'));
  await untilTold(told, ['created a', 'created a/b', 'created a/b/c']);
  await writeFile(join(root, 'a', 'b', 'd'), '');
  await untilTold(told, ['created a/b/d']);
  await rename(join(root, 'a', 'b', 'd'), join(root, 'e'));
  await untilTold(told, ['created e', 'removed a/b/d']);
  await rm(join(root, 'a'), { recursive: true });
  await untilTold(told, ['removed a/b/c', 'removed a/b', 'removed a']);
});

test('a save that replaces the file is one change', async () => {
  const told = await watched();
  const file = join(root, 'src', 'deep', 'old');
  await rm(file);
  await writeFile(file, 'new');
  await untilTold(told, ['changed src/deep/old']);
  expect(told).toHaveLength(1);
});

test('what sets the time that a file has, or follows a link, tells of nothing', async () => {
  const outside = await temporaryDirectory();
  await symlink(outside, join(root, 'out'));
  const file = join(root, 'src', 'deep', 'old');
  await utimes(file, 1_000, 1_000);
  const told = await watched();
  await utimes(file, 2_000, 1_000);
  await writeFile(join(outside, 'x'), '');
  await writeFile(join(root, 'last'), '');
  await untilTold(told, ['created last']);
  expect(told).toEqual(['created last']);
});

test('a directory that the system does not watch any more is told of, and the others are watched', async () => {
  const told: string[] = [];
  const limited: WatchDirectory = (path, options, onEvent) => {
    if (path.endsWith('deep')) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    return watch(path, options, onEvent);
  };
  const tree = watchTree(root, ({ path, kind }) => told.push(`${kind} ${path}`), limited);
  onTestFinished(() => tree.close());
  await tree.ready;
  expect(tree.gap).toEqual({ cause: 'watches', directory: 'src/deep' });
  await writeFile(join(root, 'src', 'new'), '');
  await untilTold(told, ['created src/new']);
});

test('a root that goes is over, and one that stays is not', async () => {
  const tree = watchTree(join(root, 'src'), () => {});
  onTestFinished(() => tree.close());
  await tree.ready;
  expect([tree.isOver, tree.gap]).toEqual([false, undefined]);
  await rm(join(root, 'src'), { recursive: true });
  await vi.waitFor(() => expect(tree.isOver).toBe(true), { timeout: 3000 });
});
