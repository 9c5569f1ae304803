import { beforeEach, expect, it, vi } from 'vitest';
import { settleApp } from './applications-folder.ts';
import { app, dialog } from './testing/stand-in-electron.ts';

vi.mock('electron', () => import('./testing/stand-in-electron.ts'));

const translocated =
  '/private/var/folders/ab/x/T/AppTranslocation/6B1F-11/d/Berth.app/Contents/MacOS/Berth';
const image = '/Volumes/Berth 0.1.0/Berth.app/Contents/MacOS/Berth';

beforeEach(() => {
  dialog.asked.length = 0;
  dialog.errors.length = 0;
  dialog.answer = 0;
  app.move = () => true;
});

it.each([
  ['/Applications/Berth.app/Contents/MacOS/Berth', 'darwin'],
  ['/Users/ada/Applications/Berth.app/Contents/MacOS/Berth', 'darwin'],
  ['/opt/AppTranslocation/berth-app', 'linux'],
] as const)('starts from %s on %s without a question', async (program, platform) => {
  expect(await settleApp(program, platform)).toBe(true);
  expect(dialog.asked).toEqual([]);
});

it('moves a translocated app, which starts again from there', async () => {
  expect(await settleApp(translocated, 'darwin')).toBe(false);
  expect(dialog.asked).toMatchObject([{ buttons: ['Move to Applications', 'Quit'] }]);
});

it("doesn't run from a place that disappears", async () => {
  dialog.answer = 1;
  expect(await settleApp(translocated, 'darwin')).toBe(false);
});

it('can stay on an external disk', async () => {
  dialog.answer = 1;
  expect(await settleApp(image, 'darwin')).toBe(true);
  expect(dialog.asked).toMatchObject([{ buttons: ['Move to Applications', 'Not Now'] }]);
});

it('says how to move the app by hand if Berth may not', async () => {
  app.move = () => {
    throw new Error('The folder is read-only');
  };
  expect(await settleApp(translocated, 'darwin')).toBe(false);
  expect(dialog.errors[0]?.content).toMatch(/read-only[\s\S]*drag Berth to the Applications/);
});
