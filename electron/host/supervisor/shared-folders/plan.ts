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

/** A folder that one start of the machine shares. */
export interface PlannedShare extends SharedFolder {
  /** As this computer writes it. */
  readonly path: string;
}

/**
 * The folders that can be shared at this start: those that are there. A disk that is not plugged in
 * must not keep the machine from starting.
 */
export async function planShares(
  folders: readonly SharedFolderSetting[],
  transport: ShareTransport,
  platform: NodeJS.Platform = process.platform,
): Promise<PlannedShare[]> {
  const found = await Promise.all(
    folders.map(async ({ path, readOnly }): Promise<PlannedShare[]> => {
      const hostPath = hostPathForm(path, platform === 'win32');
      const found = await log.attempt(`Looking at ${path}`, stat(path), 'info');
      if (hostPath === undefined || !found?.isDirectory()) return [];
      return [{ tag: shareTag(hostPath), path, hostPath, readOnly, transport }];
    }),
  );
  // A folder that is named twice is one device; it may be written to if both say so.
  const shares = new Map<string, PlannedShare>();
  for (const share of found.flat()) {
    const same = shares.get(share.tag);
    shares.set(share.tag, { ...share, readOnly: share.readOnly || same?.readOnly === true });
  }
  return [...shares.values()];
}

/**
 * The same for one folder whatever else is shared: a machine that runs on while the settings change,
 * and is taken over by a new supervisor, goes on meaning the folders that it was started with.
 */
function shareTag(hostPath: string): string {
  return `share-${createHash('sha256').update(hostPath).digest('hex').slice(0, 16)}`;
}

/** What the guest is told of them. */
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
