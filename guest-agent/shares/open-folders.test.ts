import { mkdir, readdir, readlink, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { temporaryDirectory } from '../store/testing/temporary-directory.ts';
import { OpenFolders } from './open-folders.ts';

let share: string;
let folders: OpenFolders;

beforeEach(async () => {
  const directory = await temporaryDirectory();
  share = directory.path;
  const failed = vi.fn();
  folders = new OpenFolders(failed);
  onTestFinished(async () => {
    await folders.release();
    expect(failed).not.toHaveBeenCalled();
    await directory[Symbol.asyncDispose]();
  });
  await mkdir(join(share, 'site/src/deep'), { recursive: true });
  await mkdir(join(share, 'other'));
});

/** The folders of the share that this process has open, from the kernel's list. */
async function held(): Promise<string[]> {
  const links = (await readdir('/proc/self/fd')).map((fd) =>
    readlink(`/proc/self/fd/${fd}`).catch(() => ''),
  );
  const paths = (await Promise.all(links)).filter((path) => path.startsWith(`${share}/`));
  return paths.map((path) => path.slice(share.length + 1)).sort();
}
const untilHeld = (folders: string[]) =>
  vi.waitFor(async () => expect(await held()).toEqual(folders), { timeout: 5_000 });

test('keeps a mounted folder open with all folders below, and closes them afterwards', async () => {
  await folders.prepare(join(share, 'site'));
  await folders.keep([join(share, 'site')]);
  expect(await held()).toEqual(['site', 'site/src', 'site/src/deep']);
  await folders.keep([join(share, 'other')]);
  // The start may still be running.
  expect(await held()).toEqual(['other', 'site', 'site/src', 'site/src/deep']);
  await folders.release();
  expect(await held()).toEqual([]);
});

test('if one mount is inside another, the inner one stays when the outer one is removed', async () => {
  await folders.keep([join(share, 'site'), join(share, 'site/src')]);
  await folders.keep([join(share, 'site/src')]);
  expect(await held()).toEqual(['site/src', 'site/src/deep']);
});

test('follows folders that containers create, move, replace and remove', async () => {
  await folders.keep([share, join(share, 'site')]);
  await mkdir(join(share, 'site/new/inner'), { recursive: true });
  await untilHeld(
    ['other', 'site', 'site/new', 'site/new/inner', 'site/src', 'site/src/deep'].sort(),
  );
  await rename(join(share, 'site/new'), join(share, 'other/moved'));
  await untilHeld(
    ['other', 'other/moved', 'other/moved/inner', 'site', 'site/src', 'site/src/deep'].sort(),
  );
  await rm(join(share, 'site/src/deep'), { recursive: true });
  await mkdir(join(share, 'site/src/deep'));
  await untilHeld(
    ['other', 'other/moved', 'other/moved/inner', 'site', 'site/src', 'site/src/deep'].sort(),
  );
  await rm(join(share, 'other'), { recursive: true });
  await untilHeld(['site', 'site/src', 'site/src/deep']);
});

test('ignores a mounted file', async () => {
  await folders.keep([join(share, 'missing')]);
  expect(await held()).toEqual([]);
});
