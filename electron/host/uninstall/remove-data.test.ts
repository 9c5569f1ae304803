import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { appDataDirectory, removeData } from './remove-data.ts';

const own = ['settings.json', 'settings.json.damaged-1', 'app.json', 'app.log', 'cli.log'];

async function filledHome() {
  const root = await temporaryDirectory();
  const [home, appData] = [join(root, 'home'), join(root, 'Berth')];
  await mkdir(join(home, 'machines/work'), { recursive: true });
  for (const name of ['builds', 'crashes', 'vm-images']) await mkdir(join(home, name));
  await mkdir(appData);
  for (const name of own) await writeFile(join(home, name), '');
  await writeFile(join(home, 'machines/work/data.img'), 'disk');
  await writeFile(join(appData, 'Cookies'), '');
  return { home, appData };
}

test('everything of Berth goes, repeatedly', async () => {
  const { home, appData } = await filledHome();
  expect(await removeData(home, appData)).toEqual([]);
  expect([existsSync(home), existsSync(appData)]).toEqual([false, false]);
  expect(await removeData(home, appData)).toEqual([]);
});

test('other files in the same folder stay and are named', async () => {
  const { home, appData } = await filledHome();
  await writeFile(join(home, 'thesis.txt'), 'mine');
  expect(await removeData(home, appData)).toEqual(['thesis.txt']);
  expect(await readdir(home)).toEqual(['thesis.txt']);
});

test('the folder of the app’s windows, by system', () => {
  expect(appDataDirectory('win32', { APPDATA: 'C:\\R' })).toContain('Berth');
  expect(appDataDirectory('win32', {})).toBeUndefined();
  expect(appDataDirectory('darwin', {})).toContain(join('Application Support', 'Berth'));
  expect(appDataDirectory('linux', { XDG_CONFIG_HOME: '/x' })).toBe(join('/x', 'Berth'));
});
