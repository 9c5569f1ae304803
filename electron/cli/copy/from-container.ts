import { basename, dirname, join, posix } from 'node:path';
import type { Readable } from 'node:stream';
import { countBytes } from '../../host/archive/count-bytes.ts';
import { refusedLinks, unpackLocal } from '../../host/archive/unpack-local.ts';
import { HostError } from '../../host/base/errors.ts';
import { readContainerPath } from '../../host/engine/archives.ts';
import type { EngineClient } from '../../host/engine/connection/client.ts';
import { endsWithSlash, meansContents } from './container-path.ts';
import { statLocal } from './local-files.ts';

/** Copies a path of a container to the host. Returns the number of bytes received. */
export async function copyFromContainer(
  engine: EngineClient,
  container: string,
  source: string,
  target: string,
  followLink: boolean,
): Promise<number> {
  const { stat, tar } = await openContainerPath(engine, container, source, followLink);
  try {
    const place = await placeFor(stat.isDirectory, source, stat.name, target);
    const counted = countBytes(tar);
    // Every name begins with the path's last part, which the root doesn't have.
    const skipped = posix.join('/', source) === '/' && !meansContents(source) ? 0 : 1;
    const rename = (name: string) =>
      posix.join(place.rename, ...name.split('/').filter(Boolean).slice(skipped));
    const missing = refusedLinks(await unpackLocal(counted.stream, place.directory, rename));
    if (missing) throw missing;
    return counted.bytes();
  } finally {
    tar.destroy();
  }
}

/**
 * A path of a container as a tar. With `followLink`: the target of a link, under the link's name.
 */
export async function openContainerPath(
  engine: EngineClient,
  container: string,
  source: string,
  followLink: boolean,
): Promise<{ stat: { name: string; isDirectory: boolean }; tar: Readable }> {
  const opened = await readContainerPath(engine, container, source);
  const { linkTarget } = opened.stat;
  if (!followLink || linkTarget === '') return opened;
  opened.tar.destroy();
  const followed = await readContainerPath(engine, container, linkTarget);
  return { tar: followed.tar, stat: { ...followed.stat, name: opened.stat.name } };
}

/** Where to unpack, and the new first part of the names in the archive. */
async function placeFor(
  isDirectory: boolean,
  source: string,
  name: string,
  target: string,
): Promise<{ directory: string; rename: string }> {
  const own = posix.basename(name) === '.' ? '' : name.replace(/^\//, '');
  const found = await statLocal(target);
  if (found?.isDirectory) {
    return { directory: target, rename: meansContents(source) ? '' : own };
  }
  const parent = await statLocal(dirname(join(target)));
  if (!parent?.isDirectory) {
    throw new HostError(
      'invalid',
      `invalid output path: directory "${dirname(target)}" does not exist`,
    );
  }
  if (isDirectory) {
    if (found !== undefined) throw new HostError('invalid', 'cannot copy directory');
    return { directory: target, rename: '' };
  }
  if (endsWithSlash(target)) throw new HostError('invalid', 'no such directory');
  return { directory: dirname(join(target)), rename: basename(target) };
}
