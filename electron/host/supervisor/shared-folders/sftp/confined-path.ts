import { lstat } from 'node:fs/promises';
import { join } from 'node:path';

/** A request that leaves the share, or has a name that isn't valid on the host. */
export class Refused extends Error {}

/**
 * Maps the client's `path` to a host path; the share's root is `/`. Never follows links: the
 * client's kernel does that and requests the result. So every part but the last must be a real
 * directory, and the caller must not follow a link at the result. This is safe only if clients
 * change nothing between the check and the use, hence the server's queue.
 */
export async function confinedPath(
  root: string,
  path: string,
  platform: NodeJS.Platform = process.platform,
): Promise<string> {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.some((part) => part === '..' || !isName(part, platform))) throw new Refused(path);
  let directory = root;
  for (const part of parts.slice(0, -1)) {
    directory = join(directory, part);
    const file = await lstat(directory);
    if (!file.isDirectory()) throw new Refused(path);
  }
  return join(directory, parts.at(-1) ?? '');
}

/** On Windows, names may contain paths, drives and streams, and may denote devices. */
function isName(part: string, platform: NodeJS.Platform): boolean {
  if (part.includes('\0')) return false;
  if (platform !== 'win32') return true;
  return (
    !/[\\:*?"<>|]/.test(part) &&
    !/[. ]$/.test(part) &&
    !/^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\.|$)/i.test(part)
  );
}
