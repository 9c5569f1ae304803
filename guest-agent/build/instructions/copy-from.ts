import { type ImageTree, openImageTree, openOverlay } from '../../engine/images/image-tree.ts';
import { EngineError } from '../../errors.ts';
import type { BuildSession, Progress } from '../session.ts';
import { findStage } from '../stages.ts';

/** The root from which an instruction takes files. */
export type CopyRoot = Pick<ImageTree, 'root'> & AsyncDisposable;

/** Where an instruction takes files from. */
export interface CopySource {
  /** The diff IDs of the files, lowest first. Undefined for a directory. */
  readonly layers?: readonly string[];
  /** Changes to a writable root are lost. */
  readonly open: (writable?: boolean) => Promise<CopyRoot>;
}

/** Finds and opens files: see `findFrom`. */
export async function* openFrom(
  session: BuildSession,
  from: string,
  writable = false,
): Progress<CopyRoot> {
  return (yield* findFrom(session, from)).open(writable);
}

/**
 * Finds the context, or with `from` the files of a context by name, of an earlier stage (by name or
 * number) or of an image.
 */
export async function* findFrom(session: BuildSession, from: string): Progress<CopySource> {
  if (from === '') return directory(session, session.context);
  const named = session.client.named(from);
  if (named?.kind === 'directory') return directory(session, await named.open());
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
  const layers = files?.layers ?? [];
  return { layers, open: () => openImageTree(session.engine, layers, session.scratch) };
}

function directory({ engine, scratch }: BuildSession, root: string): CopySource {
  return {
    open: async (writable = false) =>
      writable
        ? openOverlay(engine, [root], scratch)
        : { root, [Symbol.asyncDispose]: async () => {} },
  };
}
