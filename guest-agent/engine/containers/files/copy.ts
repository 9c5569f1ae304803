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

/** Looks at a path in the container `name`. Rejects with EngineError 'not-found'. */
export async function statContainerPath(
  engine: Engine,
  name: string,
  path: string,
): Promise<PathStat> {
  await using root = await openContainerRoot(engine, engine.containers.get(name));
  return await statPath(root.fd, absolutePath(path)).catch(inDockersWords(name, path));
}

/**
 * A path of a container as a tar, and what it is. Rejects with EngineError 'not-found' before
 * there is a stream; the stream must be read or returned, as it holds the container's files open.
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

/** The container's own files, without what is mounted in it, as a tar. See above of the stream. */
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
  /** Everything is to belong to the container's user. */
  readonly copyUidGid: boolean;
}

/**
 * Unpacks a tar, compressed or not, into a directory of a container. Rejects with EngineError
 * 'not-found', 'invalid' when it is no directory or no tar, 'forbidden' when it is read-only.
 */
export async function extractIntoContainer(
  engine: Engine,
  name: string,
  { path, noOverwriteDirNonDir, copyUidGid }: ExtractRequest,
  body: Readable,
): Promise<void> {
  const container = engine.containers.get(name);
  const absolute = absolutePath(path);
  await using root = await openContainerRoot(engine, container);
  const destination = await followLinks(root.fd, absolute);
  try {
    openInRoot(root.fd, absolute, O_PATH | constants.O_DIRECTORY)[Symbol.dispose]();
    checkWritable(container, destination);
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

/** The bytes; what they come from is let go at their end. */
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

/** Throws EngineError 'forbidden' for a path, links followed, where the container may not write. */
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

/** `name`: the container's as the client has it. */
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
