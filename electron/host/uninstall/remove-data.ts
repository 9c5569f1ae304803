import { readdir, realpath, rm, rmdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, relative, sep } from 'node:path';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { unlessMissing } from '../base/system-error.ts';

const log = loggerOf('uninstall');

/** What Berth writes into its home, apart from the VMs. Copies of damaged files have longer names. */
const ownFiles =
  /^((settings|app|acceleration|compose-files|window)\.json(\.damaged(-\d+)?)?|(app|cli)\.log(\.1|\.rotating)?|current-machine)(\.[0-9a-f]{12}\.tmp)?$/;

/** What Berth writes into the folders of its home. Other programs have folders of these names too. */
const ownEntries: Readonly<Record<string, RegExp>> = {
  builds: /^\d{4}-\d\d-\d\dT[\d-]+Z-[0-9a-f]{6}\.json(\.[0-9a-f]{12}\.tmp)?$/,
  // As Crashpad names its files.
  crashes: /^(attachments|completed|metadata|new|pending|reports|settings\.dat)$/,
  // Interrupted removals and creations. The VMs were removed before.
  machines: /^\.(removed-)?[a-z0-9-]+\.[0-9a-f]{8}$/,
  'vm-images': /^(amd64|arm64)$/,
};

/**
 * Removes Berth's home after its VMs were removed, and the folder of the app's windows. Leaves files
 * that aren't Berth's, and returns their names. Idempotent.
 */
export async function removeData(
  home: string,
  appData: string | undefined = appDataDirectory(),
  userHome = homedir(),
): Promise<string[]> {
  await requireOwnFolder(home, userHome);
  await removeEntries(home, ownFiles);
  for (const [name, entries] of Object.entries(ownEntries)) {
    const folder = join(home, name);
    if ((await removeEntries(folder, entries)).length === 0) await removeEmpty(folder);
  }
  if (appData) await rm(appData, { recursive: true, force: true, maxRetries: 10 });
  const left = await entriesOf(home);
  if (left.length === 0) await removeEmpty(home);
  return left.sort();
}

/**
 * Rejects with HostError 'invalid' if Berth's home is the user's home directory or contains it: there,
 * other programs use the same names.
 */
export async function requireOwnFolder(home: string, userHome = homedir()): Promise<void> {
  const [own, user] = await Promise.all([realPathOf(home), realPathOf(userHome)]);
  const path = relative(own, user);
  if (isAbsolute(path) || path === '..' || path.startsWith(`..${sep}`)) return;
  const relation = path === '' ? 'is' : 'contains';
  throw new HostError(
    'invalid',
    `Berth doesn't delete its data in ${home}, because this folder ${relation} your home directory`,
    {
      hint: "Run `berth uninstall` without --data. Then delete Berth's files yourself: VMs are in the folder `machines`.",
    },
  );
}

const realPathOf = async (path: string) => (await realpath(path).catch(unlessMissing)) ?? path;

const entriesOf = async (directory: string) =>
  (await readdir(directory).catch(unlessMissing)) ?? [];

/** Removes the entries with these names, and returns the names of the others. */
async function removeEntries(directory: string, names: RegExp): Promise<string[]> {
  const others: string[] = [];
  for (const name of await entriesOf(directory)) {
    if (!names.test(name)) others.push(name);
    else await rm(join(directory, name), { recursive: true, force: true, maxRetries: 10 });
  }
  return others;
}

/** A link or a mount point stays, which does no harm: the data is gone. */
const removeEmpty = (directory: string) =>
  log.attempt(`Removing ${directory}`, rmdir(directory).catch(unlessMissing));

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
