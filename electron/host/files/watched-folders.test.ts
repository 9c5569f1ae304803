import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { Change } from '../../../guest-agent/contract/changes.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import type { TimedChange } from './batch-changes.ts';
import type { PlannedShare } from './plan.ts';
import { ShareRoots } from './share-roots.ts';
import { WatchedFolders } from './watched-folders.ts';

let share: PlannedShare;
let told: TimedChange[];
let watched: WatchedFolders;

beforeEach(async () => {
  const path = await temporaryDirectory();
  share = { tag: 'share', path, hostPath: path, readOnly: false, transport: '9p' };
  told = [];
  watched = new WatchedFolders([share], (change) => told.push(change));
  onTestFinished(() => watched.close());
});
const untilTold = (path: string, kind: Change['kind']) =>
  vi.waitFor(() => expect(told).toContainEqual(expect.objectContaining({ path, kind })));

test('a mounted folder is watched, and again when it has been away', async () => {
  const site = join(share.path, 'site');
  await mkdir(site);
  watched.want([{ tag: 'share', path: 'site' }]);
  await watched.refresh();
  await vi.waitFor(async () => {
    await writeFile(join(site, 'page'), String(Math.random()));
    expect(told).toContainEqual(expect.objectContaining({ path: 'site/page' }));
  });
  expect(told.every(({ at }) => Math.abs(Date.now() - at) < 5_000)).toBe(true);
  await rm(site, { recursive: true });
  await untilTold('site', 'removed');
  await mkdir(site);
  await watched.refresh();
  await untilTold('site', 'changed');
});

test('what is not in the share, and what no container has mounted any more, is not watched', async () => {
  await mkdir(join(share.path, 'site'));
  watched.want([{ tag: 'share', path: '../' }]);
  await watched.refresh();
  watched.want([{ tag: 'share', path: 'site' }]);
  await watched.refresh();
  watched.want([{ tag: 'share', path: '' }]);
  await watched.refresh();
  await vi.waitFor(async () => {
    await writeFile(join(share.path, 'site/page'), String(Math.random()));
    expect(told).toContainEqual(expect.objectContaining({ path: 'site/page' }));
  });
  expect(new Set(told.map(({ path }) => path))).toEqual(new Set(['site/page']));
  expect(watched.problems()).toEqual([]);
});

test('a shared folder that goes, or is replaced, is in trouble', async () => {
  const roots = await ShareRoots.of([share]);
  expect(await roots.problems()).toEqual([]);
  await rename(share.path, `${share.path}-away`);
  expect(await roots.problems()).toMatchObject([{ path: share.path }]);
  await mkdir(share.path);
  expect(await roots.problems()).toMatchObject([{ path: share.path }]);
  await rm(share.path, { recursive: true });
  await rename(`${share.path}-away`, share.path);
  expect(await roots.problems()).toEqual([]);
});
