import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import electronUpdater from 'electron-updater';
import type { Desktop, StartAtLogin } from '../host/screen/desktop.ts';
import { createUpdates } from './updates.ts';

/**
 * What Electron does for the screen. `beforeInstall` runs when an update is about to replace the
 * app. If its answer is false, the update waits.
 */
export function createDesktop(beforeInstall: () => Promise<boolean>): Desktop {
  const updatable = existsSync(join(process.resourcesPath, 'app-update.yml'));
  return {
    version: app.getVersion(),
    ...(process.platform === 'linux' ? {} : { startAtLogin }),
    ...(updatable ? { updates: createUpdates(electronUpdater.autoUpdater, beforeInstall) } : {}),
  };
}

const startAtLogin: StartAtLogin = {
  get: async () => app.getLoginItemSettings().openAtLogin,
  set: async (enabled) => app.setLoginItemSettings({ openAtLogin: enabled }),
};
