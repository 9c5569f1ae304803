import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { decompressAny } from '../../engine/archive/decompress-any.ts';
import { extractTar } from '../../engine/archive/extract.ts';
import { upperLayer } from '../../engine/archive/upper-layer.ts';
import { openImageTree } from '../../engine/images/image-tree.ts';
import type { HeldLayer } from '../../engine/images/images.ts';
import { EngineError } from '../../errors.ts';
import { loadFileCalls } from '../../runtime/files/file-calls.ts';
import { type TarItem, writeTar } from '../../store/tar/writer.ts';
import type { Dialect } from '../dialect.ts';
import type { Ignores } from '../ignore.ts';
import type { BuildSession, Progress, StageState } from '../session.ts';
import { type Destination, directoryItems, findDestination, saysDirectory } from './destination.ts';
import type { CopyAs } from './items.ts';
import type { Origin } from './origin.ts';
import { checkOwner, copyOwner } from './owner.ts';
import type { PermissionChange } from './permissions.ts';
import { replacementCheck } from './replacements.ts';
import { readUntilAborted, untilAborted } from './until-aborted.ts';

export interface AddOptions {
  /** `user[:group]` as names in the image or as numbers. Empty means no change. */
  readonly chown: string;
  readonly change: PermissionChange | undefined;
  readonly excluded: Ignores;
  /** The layer doesn't depend on the image: links in the image lead nowhere. */
  readonly isLinked: boolean;
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
  { chown, change, excluded, isLinked }: AddOptions,
): Progress<HeldLayer> {
  const { engine, images, scratch, signal, dialect } = session;
  checkOwner(chown, layers, dialect);
  await using tree = await openImageTree(engine, layers, scratch);
  const owner = await copyOwner(tree.root, chown, dialect);
  const as = { owner, change, excluded };
  await using own = isLinked ? await openImageTree(engine, [], scratch) : undefined;
  const { root, upper } = own ?? tree;
  const destination = await findDestination(root, config.WorkingDir ?? '', target);
  const items = (of: readonly Origin[]) =>
    addedItems(root, of, { destination, target }, as, dialect);
  if (!origins.some(({ archive }) => archive !== undefined)) {
    return await images.addLayer(tarStream(items(origins), signal));
  }
  await loadFileCalls();
  await using directory = await open(root, constants.O_RDONLY | constants.O_DIRECTORY);
  const write = (content: AsyncIterable<TarItem>) =>
    extractTar(directory.fd, '/', tarStream(content, signal), { keepKinds: false });
  for (const origin of origins) {
    if (origin.archive === undefined) {
      await write(items([origin]));
      continue;
    }
    if (dialect.name === 'buildkit') {
      await write(directoryItems(root, destination.directories, { owner, change: undefined }));
    }
    // Files from an archive keep their owners unless the instruction sets one.
    await extractTar(
      directory.fd,
      `/${destination.path}`,
      decompressAny(readUntilAborted(origin.archive, signal)),
      { keepKinds: false, owner: chown === '' ? undefined : owner },
    );
  }
  return await images.addLayer(upperLayer(upper));
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

/** The files of the sources, and the directories above them, as members of a layer. */
export async function* addedItems(
  root: string,
  origins: readonly Origin[],
  place: { readonly destination: Destination; readonly target: string },
  as: CopyAs,
  dialect: Dialect,
): AsyncGenerator<TarItem> {
  // A pattern that matches nothing makes no directory either.
  if (origins.length === 0) return;
  const { path, directories } = place.destination;
  let { isDirectory } = place.destination;
  const into = isDirectory || origins.some(({ kind }) => kind === 'dir');
  const needed = directories.filter((directory) => into || directory.path !== path);
  const isBuildkit = dialect.name === 'buildkit';
  if (isBuildkit) checkDirectories(needed, saysDirectory(place.target) ? '' : path);
  yield* directoryItems(root, needed, as);
  const check = isBuildkit ? replacementCheck(root) : () => {};
  let isWritten = false;
  for (const [index, origin] of origins.entries()) {
    const isLast = !origins.slice(index + 1).some(({ kind }) => kind === 'file');
    if (isBuildkit && isWritten && !isDirectory && origin.kind === 'dir') throw notDirectory(path);
    isWritten = true;
    // The last of several files remains.
    if (!isDirectory && origin.kind === 'file' && !isLast) continue;
    const inside = isDirectory && origin.kind === 'file';
    for await (const item of origin.items(inside ? posix.join(path, origin.name) : path, as)) {
      check(item.member);
      yield item;
    }
    isDirectory ||= origin.kind === 'dir';
  }
}

function notDirectory(path: string): EngineError {
  return new EngineError('invalid', `cannot copy to non-directory: /${path}`);
}

/** `written` is the target if it doesn't say that it is a directory. */
function checkDirectories(directories: Destination['directories'], written: string): void {
  const file = directories.find(({ isFile }) => isFile);
  if (file === undefined) return;
  const text =
    file.path === written
      ? notDirectory(file.path).message
      : `mkdir /${file.path}: not a directory`;
  throw new EngineError('invalid', text);
}
