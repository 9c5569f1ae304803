import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { hostPathForm } from '../../../../guest-agent/contract/host-path.ts';
import type {
  SharedFolder,
  SharesConfig,
  ShareTransport,
} from '../../../../guest-agent/contract/shares.ts';
import type { SharedFolderSetting } from '../../../api/settings.ts';
import { loggerOf } from '../../base/log.ts';

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
      return [{ tag: shareTag(hostPath), path, hostPath, readOnly, transport }];
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

/**
 * The tag of a folder, independent of other shared folders: a running VM keeps its folders' tags
 * while settings change and a new background process takes it over.
 */
function shareTag(hostPath: string): string {
  return `share-${createHash('sha256').update(hostPath).digest('hex').slice(0, 16)}`;
}

/** The shared folders in the VM's configuration. */
export function sharesConfig(
  shares: readonly PlannedShare[],
  platform: NodeJS.Platform = process.platform,
): SharesConfig {
  return {
    windows: platform === 'win32',
    ignoresCase: platform === 'win32' || platform === 'darwin',
    folders: shares.map(({ path: _, ...folder }) => folder),
  };
}
