import { setInterval } from 'node:timers/promises';
import type { AppUpdater } from 'electron-updater';
import type { UpdateState } from '../api/desktop.ts';
import { loggerOf } from '../host/base/log.ts';
import type { Updates } from '../host/screen/desktop.ts';
import type { AppSettingsStore } from '../host/settings/app-store.ts';
import { keepPrevious, restorePrevious } from './previous-version.ts';
import { type UpdateStep, updateFailure } from './update-failure.ts';

const log = loggerOf('app');

const DAY_MS = 24 * 3600 * 1000;

/** What the rest of the app does for an update. */
export interface UpdateHooks {
  /** Called when an update is about to replace the app. If the answer is false, the update waits. */
  beforeInstall(): Promise<boolean>;
  /** Called when the update couldn't replace the app, which keeps running. */
  notInstalled(): void;
}

/**
 * New versions of the app, by electron-updater: it checks their signature and checksum, and
 * downloads what it finds. Installing waits for the person: at the end of the app, containers may
 * keep running, and an installer would end them. `appImage`: the file that the update replaces, for
 * an AppImage.
 */
export function createUpdates(
  updater: AppUpdater,
  { beforeInstall, notInstalled }: UpdateHooks,
  appImage = process.env.APPIMAGE,
): Updates {
  const listeners = new Set<(state: UpdateState) => void>();
  let current: UpdateState = { state: 'unknown' };
  const change = (state: UpdateState) => {
    current = state;
    for (const listener of listeners) listener(state);
  };
  updater.autoDownload = true;
  updater.autoInstallOnAppQuit = false;
  const toLog = (text: unknown) => log.debug(String(text));
  updater.logger = { info: toLog, warn: toLog, error: toLog, debug: toLog };
  let step: UpdateStep = 'check';
  let version = '';
  updater.on('checking-for-update', () => {
    step = 'check';
    change({ state: 'checking' });
  });
  updater.on('update-not-available', () => change({ state: 'newest' }));
  updater.on('update-available', (update) => {
    step = 'download';
    version = update.version;
    change({ state: 'fetching', version, fraction: 0 });
  });
  updater.on('download-progress', ({ percent }) =>
    change({ state: 'fetching', version, fraction: percent / 100 }),
  );
  updater.on('update-downloaded', (update) => change({ state: 'ready', version: update.version }));
  updater.on('error', (error) => {
    log.warn(`Updating the app (${step})`, error);
    if (step === 'install') {
      if (appImage) restorePrevious(appImage);
      notInstalled();
    }
    change({ state: 'failed', message: updateFailure(error, step) });
  });
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
      const checking = updater.checkForUpdates().then((found) => found?.downloadPromise);
      // The event 'error' has reported the failure.
      await log.attempt('Looking for updates', checking);
    },
    async install() {
      if (current.state !== 'ready') return;
      if (!(await beforeInstall())) return;
      step = 'install';
      if (appImage) keepPrevious(appImage);
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
