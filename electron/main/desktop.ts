import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import electronUpdater from 'electron-updater';
import type { Desktop, StartAtLogin } from '../host/screen/desktop.ts';
import { createUpdates, type UpdateHooks } from './updates.ts';

/** Starts the app in the menu bar or the notification area, without its window. */
const hiddenFlag = '--hidden';

/** What Electron does for the screen. */
export function createDesktop(hooks: UpdateHooks): Desktop {
  return {
    version: app.getVersion(),
    ...(process.platform === 'linux' ? {} : { startAtLogin }),
    ...(isUpdatable() ? { updates: createUpdates(electronUpdater.autoUpdater, hooks) } : {}),
  };
}

/** Whether the app was built with an update source, and is installed in a form that can be replaced. */
function isUpdatable(): boolean {
  if (!existsSync(join(process.resourcesPath, 'app-update.yml'))) return false;
  // The package manager of the distribution updates the other forms.
  return process.platform !== 'linux' || Boolean(process.env.APPIMAGE);
}

const startAtLogin: StartAtLogin = {
  get: async () => app.getLoginItemSettings(loginItem()).openAtLogin,
  set: async (enabled) => app.setLoginItemSettings({ ...loginItem(), openAtLogin: enabled }),
};

/** Windows passes arguments to the app and compares them; macOS tells the app that it is hidden. */
const loginItem = () => (process.platform === 'win32' ? { args: [hiddenFlag] } : {});

/** Whether the system started the app at login, when nobody has asked for its window. */
export function startsHidden(): boolean {
  if (process.argv.includes(hiddenFlag)) return true;
  return process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin;
}
