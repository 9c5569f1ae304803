import { realpath } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { containsWithheld, isWithheld } from '../../../../../guest-agent/contract/withheld.ts';
import { unlessMissing } from '../../../base/system-error.ts';
import { isName } from '../host-name.ts';

const realpathNative = promisify(realpath.native);

/** The place where a client may go. */
export interface Confinement {
  readonly root: string;
  /** Paths in the folder that clients can't use (guest-agent/contract/withheld.ts). */
  readonly withheld: readonly string[];
}

/** A request that leaves the share, or has a name that isn't valid on the host. */
export class Refused extends Error {}

/**
 * Maps the client's `path` to a host path; the share's root is `/`. Never follows links: the
 * client's kernel does that and requests the result. So every part but the last must be a real
 * directory, and the caller must not follow a link at the result. This is safe only if clients
 * change nothing between the check and the use, hence the server's queue.
 */
export async function confinedPath(
  { root, withheld }: Confinement,
  path: string,
  platform: NodeJS.Platform = process.platform,
): Promise<string> {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.some((part) => part === '..' || !isName(part, platform))) throw new Refused(path);
  if (isWithheld(withheld, await longNames(root, parts, platform))) throw new Refused(path);
  let directory = root;
  for (const part of parts.slice(0, -1)) {
    directory = join(directory, part);
    const file = await lstat(directory);
    if (!file.isDirectory()) throw new Refused(path);
  }
  return join(directory, parts.at(-1) ?? '');
}

/** The path of a file that the client wants to move: a new name would show what is withheld below it. */
export async function movablePath(
  folder: Confinement,
  path: string,
  platform: NodeJS.Platform = process.platform,
): Promise<string> {
  const found = await confinedPath(folder, path, platform);
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const names = await longNames(folder.root, parts, platform);
  if (containsWithheld(folder.withheld, names)) throw new Refused(path);
  return found;
}

/** Windows may know `.docker` also as `DOCKER~1`. */
async function longNames(
  root: string,
  parts: readonly string[],
  platform: NodeJS.Platform,
): Promise<string> {
  if (platform !== 'win32') return parts.join('/');
  const names: string[] = [];
  for (const part of parts) {
    const path = join(root, ...names, part);
    const isShort = /~\d/.test(part);
    names.push(
      isShort ? basename((await realpathNative(path).catch(unlessMissing)) ?? part) : part,
    );
  }
  return names.join('/');
}
