import { homedir } from 'node:os';
import { join } from 'node:path';
import type { SharedFolderSetting } from '../../api/settings.ts';
import { pathInFolder } from './path-in-folder.ts';
import { berthHome } from './paths.ts';

/** Keys and passwords of programs that use the same places on all systems. */
const EVERYWHERE = [
  ...['.ssh', '.gnupg', '.docker', '.kube', '.aws', '.azure', '.oci', '.password-store'],
  ...['.netrc', '_netrc', '.git-credentials', '.pgpass', '.vault-token', '.terraform.d'],
  ...['.config/gcloud', '.config/gh', '.config/git/credentials', '.config/containers/auth.json'],
];

const BROWSERS_OF_LINUX = [
  ...['.mozilla', '.thunderbird', '.pki', 'snap/firefox', 'snap/chromium'],
  ...['.var/app/org.mozilla.firefox', '.var/app/com.google.Chrome', '.config/BraveSoftware'],
  ...['.config/google-chrome', '.config/chromium', '.config/microsoft-edge', '.config/vivaldi'],
  ...['.config/opera'],
];

const BROWSERS_OF_MAC = [
  ...['Google/Chrome', 'Chromium', 'Firefox', 'BraveSoftware', 'Microsoft Edge', 'Vivaldi'],
  ...['com.operasoftware.Opera', 'Arc', 'Thunderbird'],
];

const BROWSERS_OF_WINDOWS = [
  ...['Local/Google/Chrome', 'Local/Chromium', 'Local/Microsoft/Edge', 'Local/BraveSoftware'],
  ...['Local/Vivaldi', 'Roaming/Opera Software', 'Roaming/Mozilla', 'Roaming/Thunderbird'],
];

/** Relative to the user's home directory. */
const OF_PLATFORM: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: [
    ...['Library/Keychains', 'Library/Cookies', 'Library/Safari', 'Library/HTTPStorages'],
    'Library/Containers/com.apple.Safari',
    ...[...BROWSERS_OF_MAC, 'Berth'].map((name) => `Library/Application Support/${name}`),
  ],
  win32: [
    ...['Credentials', 'Crypto', 'Protect', 'SystemCertificates', 'Vault'].flatMap((name) => [
      `AppData/Roaming/Microsoft/${name}`,
      `AppData/Local/Microsoft/${name}`,
    ]),
    ...['gnupg', 'gcloud', 'GitHub CLI', 'Berth'].map((name) => `AppData/Roaming/${name}`),
    ...BROWSERS_OF_WINDOWS.map((name) => `AppData/${name}`),
  ],
};
const OF_LINUX = ['.local/share/keyrings', '.config/Berth', ...BROWSERS_OF_LINUX];

/**
 * Files and folders with keys, passwords and cookies: Berth's own, those of SSH, Docker, GnuPG and clouds, the
 * system's key store and browsers. Shared only if the user names them.
 */
export function privatePlaces(
  platform: NodeJS.Platform = process.platform,
  { home = homedir(), berth = berthHome() } = {},
): string[] {
  const names = [...EVERYWHERE, ...(OF_PLATFORM[platform] ?? OF_LINUX)];
  return [berth, ...names.map((name) => join(home, ...name.split('/')))];
}

/**
 * The private places in a shared folder, relative to it and with slashes. `folders` are all shared folders: a
 * place that one of them names isn't private.
 */
export function withheldFrom(
  folder: string,
  folders: readonly Pick<SharedFolderSetting, 'path'>[],
  platform: NodeJS.Platform = process.platform,
  places: readonly string[] = privatePlaces(platform),
): string[] {
  return places.flatMap((place) => {
    if (folders.some(({ path }) => pathInFolder(path, place, platform) === '')) return [];
    return pathInFolder(folder, place, platform) || [];
  });
}
