import { hostPathForm, pathBelow } from '../../../guest-agent/contract/host-path.ts';

/**
 * The part of a host's path that is below a folder, with slashes; `''` for the folder itself. Undefined if the
 * path isn't in the folder, or one of them isn't absolute.
 */
export function pathInFolder(
  folder: string,
  path: string,
  platform: NodeJS.Platform,
): string | undefined {
  const windows = platform === 'win32';
  const [root, form] = [hostPathForm(folder, windows), hostPathForm(path, windows)];
  if (root === undefined || form === undefined) return undefined;
  return pathBelow(root, form, windows || platform === 'darwin');
}
