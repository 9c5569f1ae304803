import { readdir, rm, rmdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { unlessMissing } from '../base/system-error.ts';

/** What Berth writes into its home, apart from the VMs. A copy of a damaged file has a longer name. */
const ownFiles =
  /^(settings|app|acceleration|compose-files|window)\.json|^(app|cli)\.log|^current-machine$/;
const ownFolders = ['builds', 'crashes', 'machines', 'vm-images'];

/**
 * Removes Berth's home after its VMs were removed, and the folder of the app's windows. Leaves files
 * that aren't Berth's, and returns their names. Idempotent.
 */
export async function removeData(
  home: string,
  appData: string | undefined = appDataDirectory(),
): Promise<string[]> {
  const names = (await readdir(home).catch(unlessMissing)) ?? [];
  for (const name of names) {
    if (!ownFiles.test(name) && !ownFolders.includes(name)) continue;
    await rm(join(home, name), { recursive: true, force: true, maxRetries: 10 });
  }
  if (appData) await rm(appData, { recursive: true, force: true, maxRetries: 10 });
  const left = (await readdir(home).catch(unlessMissing)) ?? [];
  if (left.length === 0) await rmdir(home).catch(unlessMissing);
  return left.sort();
}

/** Where Electron keeps the app's cookies and caches. */
export function appDataDirectory(
  platform: NodeJS.Platform = process.platform,
  environment: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const name = 'Berth';
  if (platform === 'win32') return environment.APPDATA && join(environment.APPDATA, name);
  if (platform === 'darwin') return join(homedir(), 'Library/Application Support', name);
  return join(environment.XDG_CONFIG_HOME || join(homedir(), '.config'), name);
}
