import { statSync } from 'node:fs';
import { isMachinePath } from '../../../guest-agent/contract/host-path.ts';
import { isWithheld } from '../../../guest-agent/contract/withheld.ts';
import type { SharedFolderSetting } from '../../api/settings.ts';
import { HostError } from '../base/errors.ts';
import { pathInFolder } from '../home/path-in-folder.ts';
import { withheldFrom } from '../home/private-places.ts';

const HINT =
  'Add the folder to `sharedFolders` in the settings, then run `berth machine stop`. The next start shares it.';
const APP_HINT = 'Add the folder under Settings › Shared folders, then restart the VM.';

/** The engine's own socket can be mounted from any folder, and the engine refuses other sockets. */
const isSocket = (path: string) => statSync(path, { throwIfNoEntry: false })?.isSocket() === true;

/**
 * Throws HostError 'invalid' for a host path outside of the shared folders, before anything is
 * pulled. The engine decides, because the settings may have changed since it started.
 * `field` is the path's place in the request.
 */
export function requireShared(
  path: string,
  folders: readonly SharedFolderSetting[],
  platform: NodeJS.Platform = process.platform,
  field?: string,
): void {
  const problem = sharingProblem(path, folders, platform);
  if (!problem) return;
  throw new HostError('invalid', problem.message, {
    ...{ hint: HINT, appHint: APP_HINT },
    ...(field !== undefined && { field }),
  });
}

/** Why containers can't mount a host path. */
export interface SharingProblem {
  /** `withheld`: the folder is shared, but not its keys and passwords. */
  readonly kind: 'not-shared' | 'withheld';
  readonly message: string;
}

/** Why containers can't mount a host path; undefined if they can, as far as the settings tell. */
export function sharingProblem(
  path: string,
  folders: readonly SharedFolderSetting[],
  platform: NodeJS.Platform = process.platform,
): SharingProblem | undefined {
  if (isMachinePath(path) || isSocket(path)) return undefined;
  const around = folders.flatMap((folder) => {
    const below = pathInFolder(folder.path, path, platform);
    return below === undefined ? [] : [{ folder, below }];
  });
  // As in the engine, the innermost folder counts.
  const [found] = around.sort((a, b) => a.below.length - b.below.length);
  if (found) {
    if (!isWithheld(withheldFrom(found.folder.path, folders, platform), found.below)) {
      return undefined;
    }
    return {
      kind: 'withheld',
      message: `"${path}" is for keys or passwords, so Berth doesn't share it with ${found.folder.path}`,
    };
  }
  const shared = folders.map((folder) => folder.path).join(', ') || 'none';
  return {
    kind: 'not-shared',
    message: `"${path}" isn't in a shared folder (shared folders: ${shared})`,
  };
}
