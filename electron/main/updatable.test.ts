import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryDirectory } from '../host/base/testing/temporary-directory.ts';
import { isUpdatable } from './updatable.ts';

let root: string;
beforeEach(async () => {
  root = await temporaryDirectory();
  await mkdir(join(root, 'resources'));
  await writeFile(join(root, 'resources/app-update.yml'), '');
});

const updatable = (platform: NodeJS.Platform, environment: Record<string, string> = {}) =>
  isUpdatable({
    ...{ platform, environment },
    ...{ resourcesPath: join(root, 'resources'), execPath: join(root, 'Berth.exe') },
  });

test('on Windows, the app of one account updates itself, that of an MSI doesn’t', async () => {
  expect(updatable('win32')).toBe(false);
  await writeFile(join(root, 'Uninstall Berth.exe'), '');
  expect(updatable('win32')).toBe(true);
});

test('on Linux, only an AppImage updates itself', () => {
  expect(updatable('linux')).toBe(false);
  expect(updatable('linux', { APPIMAGE: '/home/me/Berth.AppImage' })).toBe(true);
});

test('on macOS, each app with a source of updates does', async () => {
  expect(updatable('darwin')).toBe(true);
  root = join(root, 'elsewhere');
  expect(updatable('darwin')).toBe(false);
});
