import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ScreenEngine } from '../host/screen/testing/screen-engine.ts';
import { standInHost } from '../host/screen/testing/stand-in-host.ts';
import { StandInMachine } from '../host/screen/testing/stand-in-machine.ts';
import { runApp } from './app.ts';
import { settleApp } from './applications-folder.ts';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  powerMonitor,
  Tray,
} from './testing/stand-in-electron.ts';
import type { UpdateHooks } from './updates.ts';

vi.mock('electron', () => import('./testing/stand-in-electron.ts'));

vi.mock('./applications-folder.ts', () => ({ settleApp: vi.fn(async () => true) }));

let home: string;
let engine: ScreenEngine;
let machine: StandInMachine;
let hooks: UpdateHooks;

beforeEach(async () => {
  BrowserWindow.all.length = 0;
  dialog.asked.length = 0;
  dialog.answer = 0;
  app.quits = 0;
  home = await mkdtemp(join(tmpdir(), 'berth-app-'));
  engine = await ScreenEngine.start();
  machine = new StandInMachine(engine.socket);
  start();
  await vi.waitUntil(() => windows().length > 0);
});

function start(startsHidden = false): void {
  runApp(standInHost(engine, machine), {
    home,
    startsHidden,
    allMachines: async () => [standInHost(engine, machine)],
    createDesktop: (given) => {
      hooks = given;
      return { version: '1.2.3' };
    },
  });
}

afterEach(async () => {
  app.emit('will-quit');
  for (const emitter of [app, ipcMain, powerMonitor]) emitter.removeAllListeners();
  await engine.close();
  await rm(home, { recursive: true, force: true });
});

/** On Windows, another window waits hidden for the end of the user's session. */
const windows = () => BrowserWindow.all.filter(({ address }) => address !== '');
const window = () => windows().at(-1);
const tick = () => new Promise((resolve) => setTimeout(resolve, 20));

it('shows no window when the system starts it at login, until somebody asks', async () => {
  app.emit('will-quit');
  for (const emitter of [app, ipcMain, powerMonitor]) emitter.removeAllListeners();
  BrowserWindow.all.length = 0;
  start(true);
  await tick();
  expect(windows()).toEqual([]);
  Tray.last?.click('Open Berth');
  expect(windows()).toHaveLength(1);
});

/** Starts the app again, which asks to move to the Applications folder until the result is settled. */
function startAsking() {
  app.emit('will-quit');
  for (const emitter of [app, ipcMain, powerMonitor]) emitter.removeAllListeners();
  BrowserWindow.all.length = 0;
  const settled = Promise.withResolvers<boolean>();
  vi.mocked(settleApp).mockReturnValueOnce(settled.promise);
  start();
  return settled;
}

it('shows no window while it asks to move to the Applications folder', async () => {
  const settled = startAsking();
  await tick();
  app.emit('activate');
  app.emit('second-instance', {}, ['berth-app']);
  app.emit('second-instance', {}, ['berth-app', 'berth://run?image=nginx']);
  app.emit('open-url', { preventDefault() {} }, 'berth://run?image=redis');
  await tick();
  expect([windows(), dialog.asked]).toEqual([[], []]);
  settled.resolve(true);
  // A link waits for the answer.
  await vi.waitUntil(() => dialog.asked.length === 2);
  expect(windows()).toHaveLength(1);
  app.emit('activate');
  expect(window()?.calls.at(-1)).toBe('focus');
});

it('shows no window and follows no link if the app ends instead', async () => {
  const settled = startAsking();
  app.emit('open-url', { preventDefault() {} }, 'berth://run?image=redis');
  settled.resolve(false);
  await vi.waitUntil(() => app.quits === 1);
  await tick();
  expect([windows(), dialog.asked]).toEqual([[], []]);
});

it('opens its own page', () => {
  expect(window()?.address).toBe('app://berth/');
});

it('shows the existing window when the app is started again', () => {
  app.emit('second-instance', {}, ['berth-app']);
  expect(windows()).toHaveLength(1);
  expect(window()?.calls.at(-1)).toBe('focus');
});

it('opens a new window in the place of the last one', () => {
  window()?.close();
  expect(existsSync(join(home, 'window.json'))).toBe(true);
  Tray.last?.click('Open Berth');
  expect(windows()).toHaveLength(2);
  expect(window()?.bounds).toMatchObject({ x: 0, y: 0, width: 1280, height: 800 });
});

it('offers to load the page again when its process has crashed', async () => {
  window()?.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
  await vi.waitUntil(() => window()?.webContents.reloads === 1);
  expect(dialog.asked).toMatchObject([{ buttons: ['Reload Window', 'Close Window'] }]);
});

it('asks before it follows a link, and then only shows the options', async () => {
  dialog.answer = 1;
  app.emit('open-url', { preventDefault() {} }, 'berth://run?image=evil');
  await vi.waitUntil(() => dialog.asked.length === 1);
  expect(dialog.asked[0]?.message).toContain('“evil”');
  app.emit('open-url', { preventDefault() {} }, 'berth://elsewhere');
  await tick();
  expect(dialog.asked).toHaveLength(1);
});

it('quits at once while the VM is stopped', async () => {
  machine.set({ state: 'stopped' });
  app.quit();
  await vi.waitUntil(() => app.quits === 1);
  expect(dialog.asked).toEqual([]);
});

it('stops the VM without asking when nothing runs in it', async () => {
  app.quit();
  await vi.waitUntil(() => app.quits === 1);
  expect((await machine.status()).state).toBe('stopped');
});

it('stops the VM when the host shuts down', async () => {
  const event = { preventDefault: vi.fn() };
  powerMonitor.emit('shutdown', event);
  await vi.waitUntil(() => app.quits === 1);
  expect(event.preventDefault).toHaveBeenCalled();
  expect((await machine.status()).state).toBe('stopped');
});

it('asks before it closes a window with unsaved changes', () => {
  const first = window();
  if (first) first.isUnsaved = true;
  const closed = vi.fn();
  first?.on('closed', closed);
  first?.close();
  expect(dialog.asked).toMatchObject([{ message: 'You have unsaved changes' }]);
  expect(closed).not.toHaveBeenCalled();
  dialog.answer = 1;
  first?.close();
  expect(closed).toHaveBeenCalled();
});

it('neither quits nor stops the VM when the person keeps editing', async () => {
  const first = window();
  if (first) first.isUnsaved = true;
  app.quit();
  await vi.waitUntil(() => dialog.asked.length === 1);
  await tick();
  expect(app.quits).toBe(0);
  expect((await machine.status()).state).toBe('running');
  dialog.answer = 1;
  app.quit();
  await vi.waitUntil(() => app.quits === 1);
});

it("doesn't ask about unsaved changes when the host shuts down", async () => {
  const first = window();
  if (first) first.isUnsaved = true;
  powerMonitor.emit('shutdown', { preventDefault: vi.fn() });
  await vi.waitUntil(() => app.quits === 1);
  first?.close();
  expect(dialog.asked).toEqual([]);
});

it('stops the VM before a newer version replaces the app', async () => {
  expect(await hooks.beforeInstall()).toBe(true);
  expect((await machine.status()).state).toBe('stopped');
  app.quit();
  expect(app.quits).toBe(1);
  expect(dialog.asked).toEqual([]);
});

it('asks again when it quits after an update that failed', async () => {
  await hooks.beforeInstall();
  hooks.notInstalled();
  const first = window();
  if (first) first.isUnsaved = true;
  app.quit();
  await vi.waitUntil(() => dialog.asked.length === 1);
  expect(dialog.asked).toMatchObject([{ message: 'You have unsaved changes' }]);
});
