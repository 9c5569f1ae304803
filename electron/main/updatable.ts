import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What decides whether the running app can replace itself. */
export interface RunningApp {
  readonly platform: NodeJS.Platform;
  readonly resourcesPath: string;
  /** The running program. */
  readonly execPath: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Whether the app can update itself. An app from an MSI or a Debian package can't: an administrator
 * installs its updates, and the update for this app would be a second installation.
 */
export function isUpdatable({ platform, resourcesPath, execPath, environment }: RunningApp) {
  if (!existsSync(join(resourcesPath, 'app-update.yml'))) return false;
  if (platform === 'linux') return Boolean(environment.APPIMAGE);
  // Only the installer for one account leaves its uninstaller beside the app.
  if (platform === 'win32') return existsSync(join(dirname(execPath), 'Uninstall Berth.exe'));
  return true;
}
