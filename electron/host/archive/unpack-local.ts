import { createWriteStream } from 'node:fs';
import { chmod, link, lstat, mkdir, rm, symlink, utimes } from 'node:fs/promises';
import { dirname, join, normalize, relative, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { awaitedElsewhere } from '../base/awaited-elsewhere.ts';
import { HostError } from '../base/errors.ts';
import { codeOf } from '../base/system-error.ts';

/**
 * Unpacks an archive from a container into a directory, which is created if missing. `rename` maps
 * each name in the archive to a path. The archive isn't trusted: nothing is written outside of the
 * directory, whatever its names and links say, and set-user-ID bits are dropped. Links are created
 * unchanged; devices are skipped. Returns the symbolic links that the system refused to create, which
 * `refusedLinks` explains. Rejects with HostError 'invalid'.
 */
export async function unpackLocal(
  tar: Readable,
  directory: string,
  rename: (name: string) => string,
  makeLink: typeof symlink = symlink,
): Promise<readonly RefusedLink[]> {
  await mkdir(directory, { recursive: true });
  const entries = extract();
  const feeding = pipeline(tar, entries);
  awaitedElsewhere(feeding);
  // Links and times come last: nothing may be written through a link, and writing into a directory
  // changes its time.
  const links: [place: string, target: string][] = [];
  const directories: [place: string, header: Header][] = [];
  for await (const entry of entries) {
    const { header } = entry;
    const place = placeIn(directory, rename(header.name));
    if (header.type === 'directory') {
      await makeDirectory(directory, place);
      directories.push([place, header]);
    } else if (header.type === 'symlink') {
      links.push([place, header.linkname]);
    } else if (header.type === 'link') {
      await clear(directory, place);
      await linkFile(directory, placeIn(directory, rename(header.linkname)), place);
    } else if (header.type === 'file') {
      await clear(directory, place);
      const file = createWriteStream(place, { flags: 'wx', mode: 0o600 });
      await pipeline(entry, file);
      await setAttributes(place, header);
    }
    entry.resume();
  }
  await feeding;
  const refused: RefusedLink[] = [];
  for (const [place, target] of links) {
    await clear(directory, place);
    if (await isLinkRefused(() => makeLink(target, place))) refused.push({ place, target });
  }
  for (const [place, header] of directories.reverse()) await setAttributes(place, header);
  return refused;
}

/** A symbolic link that couldn't be created. */
export interface RefusedLink {
  readonly place: string;
  readonly target: string;
}

/**
 * Windows lets only administrators, and everyone in Developer Mode, create symbolic links. Some file
 * systems have none.
 */
const linkRefusals: readonly string[] = ['EPERM', 'EACCES', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'];

/** Creates a symbolic link. Returns whether the system refuses it. */
export async function isLinkRefused(makeLink: () => Promise<void>): Promise<boolean> {
  try {
    await makeLink();
    return false;
  } catch (error) {
    if (!linkRefusals.includes(codeOf(error) ?? '')) throw error;
    return true;
  }
}

const namedLinks = 5;

/** The error for links that are missing in a copy; undefined if there are none. */
export function refusedLinks(
  links: readonly RefusedLink[],
  platform: NodeJS.Platform = process.platform,
): HostError | undefined {
  if (links.length === 0) return undefined;
  const named = links.slice(0, namedLinks).map(({ place, target }) => `${place} -> ${target}`);
  const more = links.length > namedLinks ? `, and ${links.length - namedLinks} more` : '';
  const hint =
    platform === 'win32'
      ? 'To create symbolic links, turn on Developer Mode in Windows Settings, then try again. Everything else was copied.'
      : "The target's file system may not support symbolic links. Everything else was copied.";
  const message = `Your system didn't allow these symbolic links: ${named.join(', ')}${more}`;
  return new HostError('invalid', message, { hint });
}

function placeIn(directory: string, name: string): string {
  const inside = normalize(name.replace(/^[/\\]+/, '') || '.');
  const namesDrive = process.platform === 'win32' && /^[a-z]:/i.test(inside);
  if (inside === '..' || inside.startsWith(`..${sep}`) || namesDrive) {
    throw new HostError('invalid', `"${name}" is outside of the target directory "${directory}"`);
  }
  return join(directory, inside);
}

/** Removes what is in a file's place, unless it is a directory. */
async function clear(directory: string, place: string): Promise<void> {
  await makeDirectory(directory, dirname(place));
  const found = await kindOf(place);
  if (found === 'directory') {
    throw new HostError('invalid', `cannot overwrite directory "${place}" with non-directory`);
  }
  if (found !== undefined) await rm(place);
}

/**
 * Creates a directory and its parents below the root. The root may be the user's own symbolic link.
 */
async function makeDirectory(directory: string, place: string): Promise<void> {
  const way = relative(directory, place).split(sep).filter(Boolean);
  let here = directory;
  for (const part of way) {
    here = join(here, part);
    const found = await kindOf(here);
    if (found === undefined) await mkdir(here, { mode: 0o755 });
    else if (found !== 'directory') {
      throw new HostError('invalid', `cannot overwrite non-directory "${here}" with directory`);
    }
  }
}

async function linkFile(directory: string, from: string, place: string): Promise<void> {
  await makeDirectory(directory, dirname(from));
  // Some systems would link the target of a symbolic link.
  if ((await kindOf(from)) === 'file') await link(from, place);
}

async function kindOf(place: string): Promise<'directory' | 'file' | 'other' | undefined> {
  try {
    const stats = await lstat(place);
    return stats.isDirectory() ? 'directory' : stats.isFile() ? 'file' : 'other';
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function setAttributes(place: string, { mode, mtime }: Header): Promise<void> {
  if ((await kindOf(place)) === 'other') return;
  // Drops set-user-ID and set-group-ID: the file belongs to the user now.
  await chmod(place, mode & 0o1777);
  await utimes(place, mtime, mtime);
}
