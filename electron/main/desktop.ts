import { app } from 'electron';
import electronUpdater from 'electron-updater';
import type { Desktop, StartAtLogin } from '../host/screen/desktop.ts';
import { isUpdatable } from './updatable.ts';
import { createUpdates, type UpdateHooks } from './updates.ts';

/** Starts the app in the menu bar or the notification area, without its window. */
const hiddenFlag = '--hidden';

/** What Electron does for the screen. */
export function createDesktop(
  hooks: UpdateHooks,
  platform: NodeJS.Platform = process.platform,
): Desktop {
  const { resourcesPath, execPath, env: environment } = process;
  const updatable = isUpdatable({ platform, resourcesPath, execPath, environment });
  return {
    version: app.getVersion(),
    ...(platform === 'linux' ? {} : { startAtLogin: startAtLogin(platform) }),
    ...(updatable ? { updates: createUpdates(electronUpdater.autoUpdater, hooks) } : {}),
  };
}

function startAtLogin(platform: NodeJS.Platform): StartAtLogin {
  // Windows passes arguments to the app and compares them; macOS tells the app who started it.
  const item = platform === 'win32' ? { args: [hiddenFlag] } : {};
  return {
    get: async () => app.getLoginItemSettings(item).openAtLogin,
    set: async (enabled) => app.setLoginItemSettings({ ...item, openAtLogin: enabled }),
  };
}

/** Whether the system started the app at login, when nobody has asked for its window. */
export function startsHidden(
  platform: NodeJS.Platform = process.platform,
  args: readonly string[] = process.argv,
): boolean {
  if (args.includes(hiddenFlag)) return true;
  return platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin;
}
