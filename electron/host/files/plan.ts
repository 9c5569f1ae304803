import { stat } from 'node:fs/promises';
import { hostPathForm } from '../../../guest-agent/contract/host-path.ts';
import type {
  SharedFolder,
  SharesConfig,
  ShareTransport,
} from '../../../guest-agent/contract/shares.ts';
import type { SharedFolderSetting } from '../../api/settings.ts';

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
    folders.map(async ({ path, readOnly }, index): Promise<PlannedShare[]> => {
      const hostPath = hostPathForm(path, platform === 'win32');
      const isFolder = await stat(path).then(
        (file) => file.isDirectory(),
        () => false,
      );
      if (hostPath === undefined || !isFolder) return [];
      return [{ tag: `share-${index}`, path, hostPath, readOnly, transport }];
    }),
  );
  return found.flat();
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
