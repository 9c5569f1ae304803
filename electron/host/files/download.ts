import { lstat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { FilePlace } from '../../api/files.ts';
import { countedStream } from '../archive/count-bytes.ts';
import { saveTar, writeWhole } from '../archive/save-tar.ts';
import { type RefusedLink, refusedLinks, unpackLocal } from '../archive/unpack-local.ts';
import { HostError } from '../base/errors.ts';
import { unlessMissing } from '../base/system-error.ts';
import { readPath } from '../engine/archives.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { findFile } from './read-file.ts';

export interface Download {
  readonly place: FilePlace;
  readonly path: string;
  /** An absolute host path. */
  readonly to: string;
  readonly as: 'copy' | 'tar';
}

/**
 * Copies a file or folder to the host, as it is or as a tar. The copy appears only when it is
 * complete, and a folder never replaces an existing file.
 */
export async function download(
  client: EngineClient,
  { place, path, to, as }: Download,
  count: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const found = await findFile(client, place, path);
  if (!found.stat.isDirectory && !found.stat.isFile) {
    throw new HostError('invalid', `Can't copy ${path}: it is a device, pipe or socket`);
  }
  if (as === 'copy' && found.stat.isDirectory) await refuseTaken(to);
  const { tar } = await readPath(client, place, found.path, { signal });
  try {
    const counted = countedStream(tar, count);
    if (as === 'tar') return await saveTar(counted, to);
    let refused: readonly RefusedLink[] = [];
    await writeWhole(to, async (partial) => {
      // Every name in the archive begins with the last part of the path.
      const rename = (name: string) =>
        [basename(partial), ...name.split('/').filter(Boolean).slice(1)].join('/');
      const links = await unpackLocal(counted, dirname(partial), rename);
      refused = links.map(({ place, target }) => ({ place: place.replace(partial, to), target }));
    });
    // The copy stays.
    const missing = refusedLinks(refused);
    if (missing) throw missing;
  } finally {
    tar.destroy();
  }
}

async function refuseTaken(path: string): Promise<void> {
  const found = await lstat(path).catch(unlessMissing);
  if (found === undefined) return;
  throw new HostError('invalid', `${path} already exists`, {
    hint: 'Choose another folder, or move the existing file.',
  });
}
