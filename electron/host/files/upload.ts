import { lstat, readdir } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import type { FilePlace } from '../../api/files.ts';
import { countedStream } from '../archive/count-bytes.ts';
import { packLocal } from '../archive/pack-local.ts';
import { HostError } from '../base/errors.ts';
import { writePath } from '../engine/archives.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { folderOwner, refuseTaken } from './write-file.ts';

export interface Upload {
  readonly place: FilePlace;
  /** The target folder. */
  readonly path: string;
  /** An absolute host path. */
  readonly from: string;
  /** Whether to replace an existing file of the same name. */
  readonly replace: boolean;
}

/**
 * Copies a file or folder of the host into a folder of the container. The copy belongs to the owner
 * of that folder.
 */
export async function upload(
  client: EngineClient,
  { place, path, from, replace }: Upload,
  count: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const name = basename(from);
  if (!replace) await refuseTaken(client, place, posix.join(path, name));
  const tar = packLocal(from, name, true, await folderOwner(client, place, path));
  await writePath(client, place, path, countedStream(tar, count), { signal });
}

/** The size of a file, or of all files in a folder. Rejects with HostError 'invalid'. */
export async function localSize(path: string): Promise<number> {
  const stats = await lstat(path).catch((cause: unknown) => {
    throw new HostError('invalid', `Can't read ${path}`, { cause });
  });
  if (!stats.isDirectory()) return stats.size;
  let size = 0;
  for (const name of await readdir(path)) size += await localSize(join(path, name));
  return size;
}
