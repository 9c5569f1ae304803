import type { BuildSession } from './session.ts';
import { stepKey } from './steps/step-key.ts';

/**
 * The hash of what an instruction takes from `files`, of an earlier stage or undefined. If the
 * stage is known by its key alone, a cache may know the hash without the files. Otherwise `read`
 * reads the files.
 */
export async function stageHash(
  { steps }: Pick<BuildSession, 'steps'>,
  files: StageFiles | undefined,
  what: readonly string[],
  read: () => Promise<string>,
): Promise<string> {
  if (files === undefined || steps === undefined) return read();
  const { key: stage, isKnown } = files;
  const key = stepKey('files', stage, ...what);
  const hash = (isKnown ? steps.hashOf?.(key) : undefined) ?? (await read());
  steps.noteHash?.({ key, stage, hash });
  return hash;
}

/** An earlier stage from which an instruction takes files. */
export interface StageFiles {
  readonly key: string;
  /** Whether the stage is known by its key alone: see `KnownStages`. */
  readonly isKnown?: boolean;
}
