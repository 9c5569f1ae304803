import { app } from 'electron';
import electronUpdater from 'electron-updater';
import type { Desktop, StartAtLogin } from '../host/screen/desktop.ts';
import { isUpdatable } from './updatable.ts';
import { createUpdates, type UpdateHooks } from './updates.ts';

/** Starts the app in the menu bar or the notification area, without its window. */
const hiddenFlag = '--hidden';

/** What Electron does for the screen. */
export function createDesktop(hooks: UpdateHooks): Desktop {
  const { platform, resourcesPath, execPath, env: environment } = process;
  const updatable = isUpdatable({ platform, resourcesPath, execPath, environment });
  return {
    version: app.getVersion(),
    ...(process.platform === 'linux' ? {} : { startAtLogin }),
    ...(updatable ? { updates: createUpdates(electronUpdater.autoUpdater, hooks) } : {}),
  };
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
