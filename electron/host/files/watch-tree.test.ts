import { appendFile, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { watchTree } from './watch-tree.ts';

let root: string;
beforeEach(async () => {
  root = await temporaryDirectory();
  await mkdir(join(root, 'src', 'deep'), { recursive: true });
  await writeFile(join(root, 'src', 'deep', 'old'), 'old');
});

async function watched(): Promise<string[]> {
  const told: string[] = [];
  const tree = watchTree(root, (path, kind) => told.push(`${kind} ${path}`));
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
