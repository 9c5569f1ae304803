import { lstat } from 'node:fs/promises';
import { join } from 'node:path';

/** A request that leads out of the share, or names what cannot be a file's name here. */
export class Refused extends Error {}

/**
 * The path on this computer of what the client calls `path`, the share's root being `/`. No link is
 * ever followed: the client's kernel does that, and asks for what it finds. So every part but the
 * last must be a directory of its own, and whoever uses the result must not follow a link there.
 * Sound as long as clients change nothing between this and that use: hence the server's queue.
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

/** On Windows, names may hold paths, drives and streams of their own, and name devices. */
function isName(part: string, platform: NodeJS.Platform): boolean {
  if (part.includes('\0')) return false;
  if (platform !== 'win32') return true;
  return (
    !/[\\:*?"<>|]/.test(part) &&
    !/[. ]$/.test(part) &&
    !/^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\.|$)/i.test(part)
  );
}
