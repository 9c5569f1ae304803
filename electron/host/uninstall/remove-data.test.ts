import { existsSync } from 'node:fs';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { onWindows } from '../../../guest-agent/testing/on-windows.ts';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { appDataDirectory, removeData, requireOwnFolder } from './remove-data.ts';

const own = [
  'settings.json',
  'settings.json.damaged',
  'settings.json.damaged-2',
  'settings.json.0123456789ab.tmp',
  'app.json',
  'acceleration.json',
  'compose-files.json',
  'window.json',
  'current-machine',
  'app.log',
  'app.log.1',
  'cli.log',
  'cli.log.rotating',
  'builds/2026-01-02T03-04-05-678Z-0a1b2c.json',
  'builds/2026-01-02T03-04-05-678Z-0a1b2c.json.0123456789ab.tmp',
  'crashes/completed/a.dmp',
  'crashes/reports/b.dmp',
  'crashes/settings.dat',
  'machines/.removed-work.0a1b2c3d/data.img',
  'machines/.work.0a1b2c3d/settings.json',
  'vm-images/amd64/1.2.3/kernel',
];

const others = [
  'app.logo.svg',
  'builds/site/index.html',
  'builds/site.json',
  'crashes/report.pdf',
  'machines/.git/config',
  'machines/lathe/drawing.dxf',
  'settings.json.mine',
  'thesis.txt',
  'vm-images/debian.iso',
];

async function filledHome(files: readonly string[] = own) {
  const root = await temporaryDirectory();
  const [home, appData] = [join(root, 'home'), join(root, 'Berth')];
  await mkdir(appData);
  for (const name of files) {
    await mkdir(dirname(join(home, name)), { recursive: true });
    await writeFile(join(home, name), '');
  }
  await writeFile(join(appData, 'Cookies'), '');
  return { root, home, appData };
}

test('everything of Berth goes, repeatedly', async () => {
  const { home, appData } = await filledHome();
  expect(await removeData(home, appData)).toEqual([]);
  expect([existsSync(home), existsSync(appData)]).toEqual([false, false]);
  expect(await removeData(home, appData)).toEqual([]);
});

test('other files stay and are named, also in folders of the same names', async () => {
  const { home, appData } = await filledHome([...own, ...others]);
  const left = ['app.logo.svg', 'builds', 'crashes', 'machines', 'settings.json.mine'];
  expect(await removeData(home, appData)).toEqual([...left, 'thesis.txt', 'vm-images']);
  expect(others.filter((name) => !existsSync(join(home, name)))).toEqual([]);
  expect(own.filter((name) => existsSync(join(home, name)))).toEqual([]);
});

test('a file with the name of one of the folders stays', async () => {
  const { home, appData } = await filledHome(['builds']);
  expect(await removeData(home, appData)).toEqual(['builds']);
});

test.skipIf(onWindows('symbolic links need a privilege there'))(
  'a link to the folder stays, and the data goes',
  async () => {
    const { root, home, appData } = await filledHome();
    await symlink(home, join(root, 'link'));
    expect(await removeData(join(root, 'link'), appData)).toEqual([]);
    expect(await readdir(home)).toEqual([]);
  },
);

test('refuses the user’s home directory and folders above', async () => {
  const { root, home, appData } = await filledHome();
  for (const user of [home, join(home, 'ada'), join(home, '..ada')]) {
    await mkdir(user, { recursive: true });
    await expect(removeData(home, appData, user)).rejects.toMatchObject({
      ...{ code: 'invalid', message: expect.stringContaining('your home directory') },
      hint: expect.stringContaining('without --data'),
    });
  }
  expect(own.filter((name) => !existsSync(join(home, name)))).toEqual([]);
  await requireOwnFolder(home, root);
  await requireOwnFolder(join(root, 'missing'), root);
});

test('the folder of the app’s windows, by system', () => {
  expect(appDataDirectory('win32', { APPDATA: 'C:\\R' })).toContain('Berth');
  expect(appDataDirectory('win32', {})).toBeUndefined();
  expect(appDataDirectory('darwin', {})).toContain(join('Application Support', 'Berth'));
  expect(appDataDirectory('linux', { XDG_CONFIG_HOME: '/x' })).toBe(join('/x', 'Berth'));
});
