import type { BuildSession } from './session.ts';
import { stepKey } from './steps/step-key.ts';

/** The hash of what an instruction takes from files. */
export interface FilesHash {
  readonly hash: string;
  /** Call it before the files are used. Rejects with FilesDiffer if the files have another hash. */
  readonly verify: () => Promise<void>;
}

/**
 * The files that a stage has here aren't the files of an imported cache: commands don't always make
 * the same. The instruction is performed again, by the files themselves.
 */
export class FilesDiffer extends Error {
  constructor() {
    super("the files of a stage aren't those of the imported cache. Build again without the cache");
    this.name = 'FilesDiffer';
  }
}

/**
 * The hash of what an instruction takes from `files`, of an earlier stage or undefined. If the
 * stage is known by its key alone, a cache may know the hash without the files. Otherwise `read`
 * reads the files.
 */
export async function stageHash(
  { steps, readsStages = false }: Pick<BuildSession, 'steps' | 'readsStages'>,
  files: StageFiles | undefined,
  what: readonly string[],
  read: () => Promise<string>,
): Promise<FilesHash> {
  if (files === undefined || steps === undefined) return asRead(await read());
  const { key: stage, isKnown = false } = files;
  const key = stepKey('files', stage, ...what);
  const imported = isKnown && !readsStages ? steps.hashOf?.(key) : undefined;
  const hash = imported ?? (await read());
  steps.noteHash?.({ key, stage, hash });
  if (imported === undefined) return asRead(hash);
  return {
    hash,
    // Otherwise, the cache would have these files as what a copy of other files made.
    verify: async () => {
      if ((await read()) !== hash) throw new FilesDiffer();
    },
  };
}

function asRead(hash: string): FilesHash {
  return { hash, verify: async () => {} };
}

/** An earlier stage from which an instruction takes files. */
export interface StageFiles {
  readonly key: string;
  /** Whether the stage is known by its key alone: see `KnownStages`. */
  readonly isKnown?: boolean;
}
