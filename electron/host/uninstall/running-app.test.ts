import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onWindows } from '../../../guest-agent/testing/on-windows.ts';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { isAppRunning } from './running-app.ts';

test.skipIf(onWindows('a lock is a file there'))(
  'the app runs if the process of its lock is Berth',
  async () => {
    const directory = await temporaryDirectory();
    const runs = (line?: string) => isAppRunning(directory, 'linux', async () => line);
    expect(await runs('/opt/berth/berth-app')).toBe(false);
    await symlink('my-laptop-4711', join(directory, 'SingletonLock'));
    expect(await runs('/opt/berth/berth-app --hidden')).toBe(true);
    expect(await runs('/Applications/Berth.app/Contents/MacOS/Berth')).toBe(true);
    // The app was killed.
    expect(await runs('/usr/bin/vim')).toBe(false);
    expect(await runs(undefined)).toBe(false);
  },
);

test('on Windows, a lock that nobody holds was left behind', async () => {
  const directory = await temporaryDirectory();
  expect(await isAppRunning(directory, 'win32')).toBe(false);
  await writeFile(join(directory, 'lockfile'), '');
  expect(await isAppRunning(directory, 'win32')).toBe(false);
});
