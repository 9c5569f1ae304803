import { constants } from 'node:fs';
import type { Readable } from 'node:stream';
import { EngineError } from '../../../errors.ts';
import { O_PATH, openInRoot } from '../../../runtime/files/file-calls.ts';
import { resolveUser } from '../../../runtime/user.ts';
import { writeTar } from '../../../store/tar/writer.ts';
import { decompressAny } from '../../archive/decompress-any.ts';
import { extractTar } from '../../archive/extract.ts';
import { packDirectory, packPath } from '../../archive/pack.ts';
import { absolutePath, followLinks, type PathStat, statPath } from '../../archive/path-stat.ts';
import type { Engine } from '../../engine.ts';
import { publishContainerEvent } from '../record/event.ts';
import type { LiveContainer } from '../record/live-container.ts';
import { openContainerRoot, openOwnFiles } from './container-root.ts';

/** Describes a path in the container `name`. Rejects with EngineError 'not-found'. */
export async function statContainerPath(
  engine: Engine,
  name: string,
  path: string,
): Promise<PathStat> {
  await using root = await openContainerRoot(engine, engine.containers.get(name));
  return await statPath(root.fd, absolutePath(path)).catch(inDockersWords(name, path));
}

/**
 * A path of a container as a tar, and its description. Rejects with EngineError 'not-found' before
 * the stream begins. Read or return the stream: it keeps the container's files open.
 */
export async function archiveContainerPath(
  engine: Engine,
  name: string,
  path: string,
): Promise<{ stat: PathStat; tar: AsyncGenerator<Buffer> }> {
  const container = engine.containers.get(name);
  const absolute = absolutePath(path);
  await using stack = new AsyncDisposableStack();
  const root = stack.use(await openContainerRoot(engine, container));
  const stat = await statPath(root.fd, absolute).catch(inDockersWords(name, path));
  publishContainerEvent(engine, container.record, 'archive-path');
  return { stat, tar: kept(writeTar(packPath(root.fd, absolute)), stack.move()) };
}

/** The container's own files as a tar, without its mounts. Read or return the stream, as above. */
export async function exportContainer(
  engine: Engine,
  container: LiveContainer,
): Promise<AsyncGenerator<Buffer>> {
  await using stack = new AsyncDisposableStack();
  const root = stack.use(await openOwnFiles(engine, container));
  publishContainerEvent(engine, container.record, 'export');
  return kept(writeTar(packDirectory(root.fd)), stack.move());
}

export interface ExtractRequest {
  readonly path: string;
  readonly noOverwriteDirNonDir: boolean;
  /** Whether all files get the container's user as their owner. */
  readonly copyUidGid: boolean;
  /** Whether to unpack also where the container itself can't write. */
  readonly intoReadOnly?: boolean;
}

/**
 * Unpacks a tar, compressed or not, into a directory of a container. Rejects with EngineError
 * 'not-found', with 'invalid' if the path isn't a directory or the input isn't a tar, and with
 * 'forbidden' if the directory is read-only.
 */
export async function extractIntoContainer(
  engine: Engine,
  name: string,
  { path, noOverwriteDirNonDir, copyUidGid, intoReadOnly }: ExtractRequest,
  body: Readable,
): Promise<void> {
  const container = engine.containers.get(name);
  const absolute = absolutePath(path);
  await using root = await openContainerRoot(engine, container);
  const destination = await followLinks(root.fd, absolute);
  try {
    openInRoot(root.fd, absolute, O_PATH | constants.O_DIRECTORY)[Symbol.dispose]();
    if (!intoReadOnly) checkWritable(container, destination);
    await extractTar(root.fd, destination, decompressAny(body), {
      keepKinds: noOverwriteDirNonDir,
      owner: copyUidGid
        ? await resolveUser(`/proc/self/fd/${root.fd}`, container.record.config.User)
        : undefined,
    });
  } catch (error) {
    inDockersWords(name, path)(error);
  }
  publishContainerEvent(engine, container.record, 'extract-to-dir');
}

/** Yields the bytes, and disposes of their source at the end. */
async function* kept(
  bytes: AsyncGenerator<Buffer>,
  resources: AsyncDisposable,
): AsyncGenerator<Buffer> {
  try {
    yield* bytes;
  } finally {
    await resources[Symbol.asyncDispose]();
  }
}

/** Throws EngineError 'forbidden' if the container can't write to a path, with links resolved. */
export function checkWritable(container: LiveContainer, path: string): void {
  const { readOnlyVolume, inVolume } = volumeAt(container, path);
  if (readOnlyVolume) throw volumeReadOnly();
  if (!inVolume && container.record.hostConfig.ReadonlyRootfs) throw rootReadOnly();
}

function volumeAt({ record }: LiveContainer, path: string) {
  const around = record.mounts
    .filter(({ destination }) => path === destination || path.startsWith(`${destination}/`))
    .sort((a, b) => b.destination.length - a.destination.length)[0];
  return { inVolume: around !== undefined, readOnlyVolume: around?.readOnly === true };
}

const volumeReadOnly = () => new EngineError('forbidden', 'mounted volume is marked read-only');
const rootReadOnly = () => new EngineError('forbidden', 'container rootfs is marked read-only');

/** `name` is the container's name as the client wrote it. */
function inDockersWords(name: string, path: string): (error: unknown) => never {
  return (error) => {
    switch ((error as NodeJS.ErrnoException).code) {
      case 'ENOENT':
        throw new EngineError('not-found', `Could not find the file ${path} in container ${name}`, {
          cause: error,
        });
      case 'ENOTDIR':
        throw new EngineError('invalid', 'extraction point is not a directory', { cause: error });
      case 'EROFS':
        throw rootReadOnly();
      case 'EBUSY':
        throw new EngineError('forbidden', (error as Error).message, { cause: error });
      default:
        throw error;
    }
  };
}
