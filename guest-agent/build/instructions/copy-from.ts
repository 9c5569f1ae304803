import { type ImageTree, openImageTree } from '../../engine/images/image-tree.ts';
import { EngineError } from '../../errors.ts';
import type { BuildSession, Progress } from '../session.ts';
import { findStage } from '../stages.ts';

/** The root from which a `COPY` takes its files. */
export type CopyRoot = Pick<ImageTree, 'root'> & AsyncDisposable;

/**
 * Opens the context, or with `--from` the files of an earlier stage (by name or number) or of an
 * image.
 */
export async function* openFrom(session: BuildSession, from: string): Progress<CopyRoot> {
  if (from === '') return { root: session.context, [Symbol.asyncDispose]: async () => {} };
  const index = findStage(session.stages, from);
  if (index !== -1 && session.finished[index] === undefined) {
    throw new EngineError(
      'invalid',
      `invalid from flag value ${from}: a stage can only copy from one before it`,
    );
  }
  const image =
    session.finished[index]?.image ??
    (index === -1 ? yield* session.pull({ name: from, always: false }) : undefined);
  session.signal.throwIfAborted();
  return openImageTree(session.engine, image?.layers ?? [], session.scratch);
}
