import { type ImageTree, openImageTree, openOverlay } from '../../engine/images/image-tree.ts';
import { EngineError } from '../../errors.ts';
import type { BuildSession, FinishedStage, Progress } from '../session.ts';
import type { StageFiles } from '../stage-hash.ts';
import { type TakenFiles, takenStage } from '../stage-uses.ts';
import { StepUnknown } from '../steps/step-unknown.ts';

/** The root from which an instruction takes files. */
export type CopyRoot = Pick<ImageTree, 'root'> & AsyncDisposable;

/** Where an instruction takes files from. */
export interface CopySource {
  /** The diff IDs of the files, lowest first. Undefined for a directory, and if nobody has the files. */
  readonly layers?: readonly string[];
  readonly stage?: StageFiles;
  /** Equal for the same files of a context that a client sent. */
  readonly version?: string | undefined;
  /** Changes to a writable root are lost. */
  readonly open: (writable?: boolean) => Promise<CopyRoot>;
}

/** Finds and opens files: see `findFrom`. */
export async function* openFrom(
  session: BuildSession,
  taken: Pick<TakenFiles, 'from' | 'isMount'>,
  writable = false,
): Progress<CopyRoot> {
  return (yield* findFrom(session, taken)).open(writable);
}

/**
 * Finds the context, or with `from` the files of a context by name, of an earlier stage (by name or
 * number) or of an image.
 */
export async function* findFrom(
  session: BuildSession,
  taken: Pick<TakenFiles, 'from' | 'isMount'>,
): Progress<CopySource> {
  const { from } = taken;
  if (from === '') {
    return { ...directory(session, session.context), version: session.contextVersion };
  }
  const named = session.client.named(from);
  if (named?.kind === 'directory') return directory(session, await named.open());
  const index = named === undefined ? takenStage(taken, session.stages) : -1;
  const isEarlier = index !== -1 && index < session.stage;
  const known = isEarlier ? await session.known?.(index) : undefined;
  if (known !== undefined) return knownStage(session, index, known);
  const stage = isEarlier ? await session.finished(index) : undefined;
  if (index !== -1 && stage === undefined) {
    throw new EngineError(
      'invalid',
      `invalid from flag value ${from}: a stage can only copy from one before it`,
    );
  }
  const isEmpty = named === undefined && from === 'scratch' && session.dialect.name === 'buildkit';
  const image = () => named?.open() ?? session.pull({ name: from, always: false });
  const files = stage ?? (isEmpty ? undefined : yield* image());
  session.signal.throwIfAborted();
  if (files !== undefined) session.keep(files);
  const layers = files?.layers ?? [];
  const own = stage === undefined ? {} : { stage: { key: stage.key } };
  return { ...own, layers, open: () => openImageTree(session.engine, layers, session.scratch) };
}

/** A stage that runs only if something needs its files. */
function knownStage(session: BuildSession, index: number, { key }: FinishedStage): CopySource {
  return {
    stage: { key, isKnown: true },
    open: async () => {
      if (session.isKeysOnly) throw new StepUnknown();
      const stage = await session.finished(index);
      if (stage !== undefined) session.keep(stage);
      return openImageTree(session.engine, stage?.layers ?? [], session.scratch);
    },
  };
}

function directory({ engine, scratch }: BuildSession, root: string): CopySource {
  return {
    open: async (writable = false) =>
      writable
        ? openOverlay(engine, [root], scratch)
        : { root, [Symbol.asyncDispose]: async () => {} },
  };
}
