import { EventEmitter } from 'node:events';
import type { AppUpdater } from 'electron-updater';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { AppSettings } from '../api/app-settings.ts';
import type { UpdateState } from '../api/desktop.ts';
import type { Updates } from '../host/screen/desktop.ts';
import { checkDaily, createUpdates } from './updates.ts';

/** The part of electron-updater that is used. */
class StandInUpdater extends EventEmitter {
  autoDownload = false;
  autoInstallOnAppQuit = false;
  readonly quitAndInstall = vi.fn();
  readonly checkForUpdates = vi.fn(async (): Promise<unknown> => {
    this.emit('checking-for-update');
    return null;
  });
}

let updater: StandInUpdater;
let updates: Updates;
let seen: UpdateState[];
const beforeInstall = vi.fn(async () => true);
const notInstalled = vi.fn();

beforeEach(() => {
  updater = new StandInUpdater();
  notInstalled.mockClear();
  beforeInstall.mockClear();
  const hooks = { beforeInstall, notInstalled };
  updates = createUpdates(updater as unknown as AppUpdater, hooks, undefined);
  seen = [];
  updates.onChange((state) => seen.push(state));
});

it('reports the download of an update, and installs the update', async () => {
  await updates.install();
  expect(updater.quitAndInstall).not.toHaveBeenCalled();
  await updates.check();
  updater.emit('update-available', { version: '2.0.0' });
  updater.emit('download-progress', { percent: 40 });
  await updates.check();
  updater.emit('update-downloaded', { version: '2.0.0' });
  expect(seen).toEqual([
    { state: 'checking' },
    { state: 'fetching', version: '2.0.0', fraction: 0 },
    { state: 'fetching', version: '2.0.0', fraction: 0.4 },
    { state: 'ready', version: '2.0.0' },
  ]);
  expect(updater.checkForUpdates).toHaveBeenCalledOnce();
  await updates.install();
  expect(beforeInstall).toHaveBeenCalledOnce();
  expect(updater.quitAndInstall).toHaveBeenCalledOnce();
});

it('installs an update only on request, and only once the VMs have stopped', async () => {
  beforeInstall.mockResolvedValueOnce(false);
  updater.emit('update-downloaded', { version: '2.0.0' });
  await updates.install();
  expect(updater.quitAndInstall).not.toHaveBeenCalled();
  expect(updater.autoInstallOnAppQuit).toBe(false);
  await updates.install();
  expect(updater.quitAndInstall).toHaveBeenCalledOnce();
});

it('reports a failure, and tries again', async () => {
  updater.checkForUpdates.mockImplementationOnce(async () => {
    updater.emit('error', new Error('net::ERR_INTERNET_DISCONNECTED'));
    throw new Error('net::ERR_INTERNET_DISCONNECTED');
  });
  await updates.check();
  expect(updates.state()).toEqual({
    state: 'failed',
    message: expect.stringContaining("couldn't check for updates: the update server can't"),
  });
  await updates.check();
  updater.emit('update-not-available', {});
  expect(updates.state()).toEqual({ state: 'newest' });
});

it('owns the failure of a download', async () => {
  updater.checkForUpdates.mockImplementationOnce(async () => {
    updater.emit('update-available', { version: '2.0.0' });
    const downloadPromise = Promise.reject(new Error('half a file'));
    updater.emit('error', new Error('half a file'));
    return { downloadPromise };
  });
  await updates.check();
  expect(updates.state()).toMatchObject({
    message: "Berth couldn't download the update: half a file.",
  });
});

it('lets the app continue when the update could not replace it', async () => {
  updater.emit('update-downloaded', { version: '2.0.0' });
  updater.quitAndInstall.mockImplementationOnce(() => {
    updater.emit('error', new Error('EACCES: permission denied'));
  });
  await updates.install();
  expect(notInstalled).toHaveBeenCalledOnce();
  expect(updates.state()).toMatchObject({
    state: 'failed',
    message: expect.stringContaining("couldn't install the update: EACCES"),
  });
});

describe('checkDaily', () => {
  const run = async (automaticUpdates: boolean) => {
    const check = vi.fn(async () => {});
    const over = new AbortController();
    const settings = { read: async () => ({ automaticUpdates }) as AppSettings };
    const done = checkDaily({ check }, settings, over.signal);
    await vi.waitUntil(() => check.mock.calls.length > 0, 100).catch(() => {});
    over.abort();
    await done;
    return check;
  };

  it('checks at once, and ends with the app', async () => {
    expect(await run(true)).toHaveBeenCalledOnce();
  });

  it("doesn't check when checks are off", async () => {
    expect(await run(false)).not.toHaveBeenCalled();
  });
});
