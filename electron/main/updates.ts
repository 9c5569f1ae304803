import { setInterval } from 'node:timers/promises';
import type { AppUpdater } from 'electron-updater';
import type { UpdateState } from '../api/desktop.ts';
import { loggerOf } from '../host/base/log.ts';
import type { Updates } from '../host/screen/desktop.ts';
import type { AppSettingsStore } from '../host/settings/app-store.ts';

const log = loggerOf('app');

const DAY_MS = 24 * 3600 * 1000;

/**
 * New versions of the app, by electron-updater: it checks their signature and checksum, and
 * downloads what it finds. Installing waits for the person: at the end of the app, containers may
 * keep running, and an installer would end them.
 */
export function createUpdates(updater: AppUpdater, beforeInstall: () => Promise<boolean>): Updates {
  const listeners = new Set<(state: UpdateState) => void>();
  let current: UpdateState = { state: 'unknown' };
  const change = (state: UpdateState) => {
    current = state;
    for (const listener of listeners) listener(state);
  };
  updater.autoDownload = true;
  updater.autoInstallOnAppQuit = false;
  let version = '';
  updater.on('checking-for-update', () => change({ state: 'checking' }));
  updater.on('update-not-available', () => change({ state: 'newest' }));
  updater.on('update-available', (update) => {
    version = update.version;
    change({ state: 'fetching', version, fraction: 0 });
  });
  updater.on('download-progress', ({ percent }) =>
    change({ state: 'fetching', version, fraction: percent / 100 }),
  );
  updater.on('update-downloaded', (update) => change({ state: 'ready', version: update.version }));
  updater.on('error', (error) => change({ state: 'failed', message: error.message }));
  return {
    state: () => current,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async check() {
      // A downloaded version isn't downloaded again.
      if (current.state === 'checking' || current.state === 'fetching') return;
      if (current.state === 'ready') return;
      // The event 'error' has reported the failure.
      await log.attempt('Looking for updates', updater.checkForUpdates(), 'warn');
    },
    async install() {
      if (current.state !== 'ready') return;
      if (!(await beforeInstall())) return;
      updater.quitAndInstall();
    },
  };
}

/** Checks for new versions now and once a day while the user wants that, until `signal` aborts. */
export async function checkDaily(
  updates: Pick<Updates, 'check'>,
  settings: Pick<AppSettingsStore, 'read'>,
  signal: AbortSignal,
): Promise<void> {
  const check = async () => {
    if ((await settings.read()).automaticUpdates) await updates.check();
  };
  await check();
  try {
    for await (const _ of setInterval(DAY_MS, undefined, { signal, ref: false })) await check();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
