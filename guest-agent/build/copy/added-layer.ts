import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { decompressAny } from '../../engine/archive/decompress-any.ts';
import { extractTar } from '../../engine/archive/extract.ts';
import { upperLayer } from '../../engine/archive/upper-layer.ts';
import { openImageTree } from '../../engine/images/image-tree.ts';
import type { HeldLayer } from '../../engine/images/images.ts';
import { loadFileCalls } from '../../runtime/files/file-calls.ts';
import { resolveUser } from '../../runtime/user.ts';
import { type TarItem, writeTar } from '../../store/tar/writer.ts';
import type { Ignores } from '../ignore.ts';
import type { BuildSession, Progress, StageState } from '../session.ts';
import { type Destination, directoryItems, findDestination } from './destination.ts';
import type { CopyAs } from './items.ts';
import type { Origin } from './origin.ts';
import { readUntilAborted, untilAborted } from './until-aborted.ts';

export interface AddOptions {
  /** `user[:group]` as names in the image or as numbers. Empty means root. */
  readonly chown: string;
  readonly mode: number | undefined;
  readonly excluded: Ignores;
}

/**
 * Creates the layer that puts files into an image at `target`. Needs no container: files go
 * directly into the layer. Archives that unpack over existing files go through the mounted image.
 */
export async function* addedLayer(
  session: BuildSession,
  { layers, config }: StageState,
  origins: readonly Origin[],
  target: string,
  { chown, mode, excluded }: AddOptions,
): Progress<HeldLayer> {
  const { engine, images, scratch, signal } = session;
  await using tree = await openImageTree(engine, layers, scratch);
  const as = { ...(await owner(tree.root, chown)), mode, excluded };
  const destination = await findDestination(tree.root, config.WorkingDir ?? '', target);
  if (!origins.some(({ archive }) => archive !== undefined)) {
    return await images.addLayer(
      tarStream(addedItems(tree.root, origins, destination, as), signal),
    );
  }
  await loadFileCalls();
  await using root = await open(tree.root, constants.O_RDONLY | constants.O_DIRECTORY);
  for (const origin of origins) {
    if (origin.archive === undefined) {
      const items = tarStream(addedItems(tree.root, [origin], destination, as), signal);
      await extractTar(root.fd, '/', items, { keepKinds: false });
      continue;
    }
    // Files from an archive keep their owners unless the instruction sets one.
    await extractTar(
      root.fd,
      `/${destination.path}`,
      decompressAny(readUntilAborted(origin.archive, signal)),
      {
        keepKinds: false,
        owner: chown === '' ? undefined : as,
      },
    );
  }
  return await images.addLayer(upperLayer(tree.upper));
}

/**
 * The tar of a layer. A build that ends destroys no stream that nobody reads yet, because the
 * stream's error would then end the engine. Reading it fails instead.
 */
export function tarStream(
  items: AsyncIterable<TarItem> | Iterable<TarItem>,
  signal: AbortSignal,
): Readable {
  return Readable.from(untilAborted(writeTar(items), signal), { objectMode: false });
}

async function* addedItems(
  root: string,
  origins: readonly Origin[],
  destination: Destination,
  as: CopyAs,
): AsyncGenerator<TarItem> {
  // A pattern that matches nothing makes no directory either.
  if (origins.length === 0) return;
  const { path, isDirectory, directories } = destination;
  const into = isDirectory || origins.some(({ kind }) => kind === 'dir');
  const needed = directories.filter((directory) => into || directory.path !== path);
  yield* directoryItems(root, needed, as);
  for (const origin of origins) {
    const inside = isDirectory && origin.kind === 'file';
    yield* origin.items(inside ? posix.join(path, origin.name) : path, as);
  }
}

/** The default group has the user's name or number. Throws EngineError 'invalid'. */
async function owner(root: string, chown: string): Promise<Pick<CopyAs, 'uid' | 'gid'>> {
  if (chown === '') return { uid: 0, gid: 0 };
  const [user = '', group = user] = chown.split(':', 2);
  return resolveUser(root, `${user}:${group || user}`);
}
