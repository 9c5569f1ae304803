import { type ImageTree, openImageTree, openOverlay } from '../../engine/images/image-tree.ts';
import { EngineError } from '../../errors.ts';
import type { BuildSession, Progress } from '../session.ts';
import { findStage } from '../stages.ts';

/** The root from which an instruction takes files. */
export type CopyRoot = Pick<ImageTree, 'root'> & AsyncDisposable;

/**
 * Opens the context, or with `from` the files of a context by name, of an earlier stage (by name or
 * number) or of an image. Changes to a writable root are lost.
 */
export async function* openFrom(
  session: BuildSession,
  from: string,
  writable = false,
): Progress<CopyRoot> {
  if (from === '') return directory(session, session.context, writable);
  const named = session.client.named(from);
  if (named?.kind === 'directory') return directory(session, await named.open(), writable);
  const index = named === undefined ? findStage(session.stages, from) : -1;
  const isEarlier = index !== -1 && index < session.stage;
  const stage = isEarlier ? await session.finished(index) : undefined;
  if (index !== -1 && stage === undefined) {
    throw new EngineError(
      'invalid',
      `invalid from flag value ${from}: a stage can only copy from one before it`,
    );
  }
  const files =
    stage ??
    (named === undefined
      ? yield* session.pull({ name: from, always: false })
      : yield* named.open());
  session.signal.throwIfAborted();
  if (files !== undefined) session.keep(files);
  return openImageTree(session.engine, files?.layers ?? [], session.scratch);
}

async function directory(
  { engine, scratch }: BuildSession,
  root: string,
  writable: boolean,
): Promise<CopyRoot> {
  if (!writable) return { root, [Symbol.asyncDispose]: async () => {} };
  return openOverlay(engine, [root], scratch);
}
