import { statSync } from 'node:fs';
import { hostPathForm, isMachinePath, pathBelow } from '../../../guest-agent/contract/host-path.ts';
import type { SharedFolderSetting } from '../../api/settings.ts';
import { HostError } from '../base/errors.ts';

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
  const windows = platform === 'win32';
  const form = hostPathForm(path, windows);
  const isShared = folders.some((folder) => {
    const root = hostPathForm(folder.path, windows);
    if (form === undefined || root === undefined) return false;
    return pathBelow(root, form, windows || platform === 'darwin') !== undefined;
  });
  if (isShared) return;
  const shared = folders.map((folder) => folder.path).join(', ') || 'none';
  throw new HostError('invalid', `"${path}" isn't in a shared folder (shared folders: ${shared})`, {
    hint: 'Add the folder to `sharedFolders` in the settings, then run `berth machine stop`. The next start shares it.',
    ...(field !== undefined && { field }),
  });
}
