import type { BrowserWindow as RealWindow } from 'electron';
import { beforeEach, expect, it, vi } from 'vitest';
import { recoverPage } from './page-recovery.ts';
import { BrowserWindow, dialog } from './testing/stand-in-electron.ts';

vi.mock('electron', () => import('./testing/stand-in-electron.ts'));

let window: BrowserWindow;
let asks: boolean;

beforeEach(() => {
  dialog.asked.length = 0;
  dialog.answer = 0;
  asks = true;
  window = new BrowserWindow({});
  recoverPage(window as unknown as RealWindow, () => asks);
});

const crash = (reason: string) => window.webContents.emit('render-process-gone', {}, { reason });

it('says why the page is gone, that containers keep running, and loads the page again', async () => {
  crash('oom');
  await vi.waitUntil(() => window.webContents.reloads === 1);
  expect(dialog.asked).toMatchObject([
    {
      message: "Berth's window stopped working",
      detail: expect.stringMatching(/ran out of memory.*containers keep running/),
      buttons: ['Reload Window', 'Close Window'],
    },
  ]);
});

it('closes the window instead, if the person chooses that', async () => {
  dialog.answer = 1;
  const closed = vi.fn();
  window.on('closed', closed);
  crash('crashed');
  await vi.waitUntil(() => closed.mock.calls.length > 0);
  expect(window.webContents.reloads).toBe(0);
});

it('asks nothing when a page ends in order, or when nobody can answer', async () => {
  crash('clean-exit');
  asks = false;
  crash('crashed');
  window.emit('unresponsive');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(dialog.asked).toEqual([]);
});

it('replaces the process of a page that hangs, and asks only once', async () => {
  window.emit('unresponsive');
  window.emit('unresponsive');
  await vi.waitUntil(() => window.webContents.reloads === 1);
  expect(window.webContents.crashes).toBe(1);
  expect(dialog.asked).toMatchObject([{ message: "Berth's window isn't responding" }]);
});

it('loads the page again if it dies while the question about a hang is open', async () => {
  dialog.waits = true;
  window.emit('unresponsive');
  crash('killed');
  await vi.waitUntil(() => window.webContents.reloads === 1);
  expect(dialog.asked.map(({ message }) => message)).toEqual([
    "Berth's window isn't responding",
    "Berth's window stopped working",
  ]);
  expect(window.webContents.crashes).toBe(0);
  // The next hang asks again.
  dialog.waits = false;
  window.emit('unresponsive');
  await vi.waitUntil(() => window.webContents.reloads === 2);
  expect(dialog.asked).toHaveLength(3);
});

it('takes the question back when the page works again', async () => {
  dialog.waits = true;
  window.emit('unresponsive');
  window.emit('responsive');
  await vi.waitUntil(() => !dialog.waits);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(window.webContents.reloads).toBe(0);
});
