import { createHash } from 'node:crypto';
import { readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hostPathForm } from '../../../../guest-agent/contract/host-path.ts';
import type {
  SharedFolder,
  SharesConfig,
  ShareTransport,
} from '../../../../guest-agent/contract/shares.ts';
import type { SharedFolderSetting } from '../../../api/settings.ts';
import { loggerOf } from '../../base/log.ts';
import { codeOf } from '../../base/system-error.ts';
import { userSocketPath } from '../../docker-cli/link-socket.ts';
import { privatePlaces, withheldFrom } from '../../home/private-places.ts';

const log = loggerOf('folders');

/** A folder that one start of the VM shares. */
export interface PlannedShare extends SharedFolder {
  /** In the host's notation. */
  readonly path: string;
}

/**
 * The existing folders, which this start can share. A disk that isn't plugged in must not prevent
 * the VM from starting.
 */
export async function planShares(
  folders: readonly SharedFolderSetting[],
  transport: ShareTransport,
  platform: NodeJS.Platform = process.platform,
): Promise<PlannedShare[]> {
  const found = await Promise.all(
    folders.map(async ({ path, readOnly }): Promise<PlannedShare[]> => {
      const hostPath = hostPathForm(path, platform === 'win32');
      const found = await log.attempt(`Reading the metadata of ${path}`, stat(path), 'info');
      if (hostPath === undefined || !found?.isDirectory()) return [];
      const withheld = await withheldIn(path, folders, platform);
      const tag = shareTag(hostPath);
      const share = { ...{ tag, path, hostPath, readOnly, transport }, ...withheld };
      // QEMU can't hide parts of a folder.
      if (transport !== '9p' || !withheld) return [share];
      return [share, { ...share, tag: `${tag}-sftp`, transport: 'sftp' }];
    }),
  );
  // A folder that is listed twice becomes one device, writable if both entries are.
  const shares = new Map<string, PlannedShare>();
  for (const share of found.flat()) {
    const same = shares.get(share.tag);
    shares.set(share.tag, { ...share, readOnly: share.readOnly || same?.readOnly === true });
  }
  return [...shares.values()];
}

/** A place that doesn't exist, or that only others can enter, has no other name. */
const unlessUnusable = (error: unknown): undefined => {
  if (!['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP'].includes(codeOf(error) ?? '')) throw error;
};

/** Follows links: a folder with keys may be elsewhere in the same shared folder. */
async function withheldIn(
  path: string,
  folders: readonly SharedFolderSetting[],
  platform: NodeJS.Platform,
): Promise<Pick<PlannedShare, 'withheld'> | undefined> {
  const places = privatePlaces(platform);
  const real = async (each: string) => (await realpath(each).catch(unlessUnusable)) ?? each;
  const withLinks = [...places, ...(await Promise.all(places.map(real)))];
  const roots = [path, await real(path)];
  const found = roots.flatMap((root) => withheldFrom(root, folders, platform, withLinks));
  return found.length > 0 ? { withheld: [...new Set(found)] } : undefined;
}

/**
 * The tag of a folder, independent of other shared folders: a running VM keeps its folders' tags
 * while settings change and a new background process takes it over.
 */
function shareTag(hostPath: string): string {
  return `share-${createHash('sha256').update(hostPath).digest('hex').slice(0, 16)}`;
}

/**
 * The shared folders in the VM's configuration, with the paths of the engine's socket: as clients
 * know it, and without links on the way to it.
 */
export async function sharesConfig(
  shares: readonly PlannedShare[],
  engineSocket: string,
  platform: NodeJS.Platform = process.platform,
): Promise<SharesConfig> {
  const windows = platform === 'win32';
  const directory = await log.attempt(
    `Resolving the folder of ${engineSocket}`,
    realpath(dirname(engineSocket)),
    'info',
  );
  const userSocket = userSocketPath();
  const linked = await log.attempt(`Reading ${userSocket}`, readlink(userSocket), 'info');
  const paths = [
    engineSocket,
    ...(directory ? [join(directory, basename(engineSocket))] : []),
    // The guest can't follow the link in a folder that is withheld.
    ...(linked === engineSocket ? [userSocket] : []),
  ];
  const forms = paths.flatMap((path) => hostPathForm(path, windows) ?? []);
  return {
    windows,
    ignoresCase: windows || platform === 'darwin',
    folders: shares.map(({ path: _, ...folder }) => folder),
    engineSockets: [...new Set(forms)],
  };
}
