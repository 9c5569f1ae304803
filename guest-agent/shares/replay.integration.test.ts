import { type FSWatcher, watch } from 'node:fs';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { temporaryDirectory } from '../store/testing/temporary-directory.ts';
import { replay } from './replay.ts';

async function watched(): Promise<{ root: string; seen: string[] }> {
  const root = (await temporaryDirectory()).path;
  await mkdir(join(root, 'src'));
  await writeFile(join(root, 'src/file'), 'contents');
  const seen: string[] = [];
  const watcher: FSWatcher = watch(join(root, 'src'), (event, name) =>
    seen.push(`${event} ${name}`),
  );
  onTestFinished(() => watcher.close());
  return { root, seen };
}

test('a change is told of without changing anything', async () => {
  const { root, seen } = await watched();
  const before = await stat(join(root, 'src/file'), { bigint: true });
  await replay(root, { path: 'src/file', kind: 'changed' });
  await vi.waitFor(() => expect(seen).toContain('change file'));
  const after = await stat(join(root, 'src/file'), { bigint: true });
  expect([after.mtimeNs, after.size]).toEqual([before.mtimeNs, before.size]);
  expect(await readFile(join(root, 'src/file'), 'utf8')).toBe('contents');
});

test('a removal is told of, and takes nothing away that is there again', async () => {
  const { root, seen } = await watched();
  await replay(root, { path: 'src/gone', kind: 'removed' });
  await vi.waitFor(() => expect(seen).toContain('rename gone'));
  await replay(root, { path: 'src/file', kind: 'removed' });
  expect(await readdir(join(root, 'src'))).toEqual(['file']);
});

test('links lead nowhere', async () => {
  const { root } = await watched();
  const outside = (await temporaryDirectory()).path;
  await symlink(outside, join(root, 'out'));
  const before = await stat(outside, { bigint: true });
  await replay(root, { path: 'out/gone', kind: 'removed' });
  await replay(root, { path: 'out', kind: 'changed' });
  expect((await stat(outside, { bigint: true })).ctimeNs).toBe(before.ctimeNs);
});
