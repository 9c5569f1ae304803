import { statSync } from 'node:fs';
import { isMachinePath } from '../../../guest-agent/contract/host-path.ts';
import { isWithheld } from '../../../guest-agent/contract/withheld.ts';
import type { SharedFolderSetting } from '../../api/settings.ts';
import { HostError } from '../base/errors.ts';
import { pathInFolder } from '../home/path-in-folder.ts';
import { withheldFrom } from '../home/private-places.ts';

const HINT =
  'Add the folder to `sharedFolders` in the settings, then run `berth machine stop`. The next start shares it.';

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
  if (isMachinePath(path) || isSocket(path)) return;
  const around = folders.flatMap((folder) => {
    const below = pathInFolder(folder.path, path, platform);
    return below === undefined ? [] : [{ folder, below }];
  });
  // As in the engine, the innermost folder counts.
  const [found] = around.sort((a, b) => a.below.length - b.below.length);
  if (found) {
    if (!isWithheld(withheldFrom(found.folder.path, folders, platform), found.below)) return;
    throw new HostError(
      'invalid',
      `"${path}" is for keys or passwords, so Berth doesn't share it with ${found.folder.path}`,
      { hint: HINT, ...(field !== undefined && { field }) },
    );
  }
  const shared = folders.map((folder) => folder.path).join(', ') || 'none';
  throw new HostError('invalid', `"${path}" isn't in a shared folder (shared folders: ${shared})`, {
    hint: HINT,
    ...(field !== undefined && { field }),
  });
}
