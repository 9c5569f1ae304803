import { basename, posix, resolve } from 'node:path';
import { countBytes } from '../../host/archive/count-bytes.ts';
import { packLocal } from '../../host/archive/pack-local.ts';
import { HostError } from '../../host/base/errors.ts';
import { statContainerPath, writeContainerPath } from '../../host/engine/archives.ts';
import type { EngineClient } from '../../host/engine/connection/client.ts';
import { endsWithSlash, meansContents } from './container-path.ts';
import { statLocal } from './local-files.ts';

export interface CopyOptions {
  /** Changes the owner of all copied files to the container's user. */
  readonly archive: boolean;
  readonly followLink: boolean;
}

/** Copies a file or directory of the host into a container. Returns the number of bytes sent. */
export async function copyToContainer(
  engine: EngineClient,
  source: string,
  container: string,
  target: string,
  { archive, followLink }: CopyOptions,
): Promise<number> {
  const found = await statLocal(source);
  if (found === undefined) {
    throw new HostError('invalid', `lstat ${resolve(source)}: no such file or directory`);
  }
  const contents = found.isDirectory && meansContents(source);
  const own = contents ? undefined : basename(resolve(source));
  const { directory, name } = await placeFor(engine, container, target, found.isDirectory, own);
  const tar = countBytes(packLocal(source, name, followLink || endsWithSlash(source)));
  await writeContainerPath(engine, container, directory, tar.stream, { copyUIDGID: archive });
  return tar.bytes();
}

/** The directory to unpack into, and the source's name there. */
async function placeFor(
  engine: EngineClient,
  container: string,
  target: string,
  isDirectory: boolean,
  own: string | undefined,
): Promise<{ directory: string; name: string | undefined }> {
  let path = target;
  let stat = await statContainerPath(engine, container, path);
  if (stat !== undefined && stat.linkTarget !== '') {
    path = stat.linkTarget;
    stat = await statContainerPath(engine, container, path);
  }
  if (stat?.isDirectory) return { directory: path, name: own };
  if (stat !== undefined && isDirectory) throw new HostError('invalid', 'cannot copy directory');
  if (!isDirectory && endsWithSlash(target)) throw new HostError('invalid', 'no such directory');
  const absolute = posix.join('/', path);
  return { directory: posix.dirname(absolute), name: posix.basename(absolute) };
}
