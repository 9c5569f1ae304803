import type { Random } from '../../../fixtures/random.ts';
import type { ContextFile } from '../random-build.ts';

/** What the instructions of a stage know. */
export interface Scope {
  readonly random: Random;
  readonly files: readonly ContextFile[];
  /** The stages before this one. */
  readonly stages: readonly KnownStage[];
  /** Whether the stage has a shell. */
  readonly hasShell: boolean;
  /** Whether `RUN` mounts all that it can. */
  readonly hasMounts: boolean;
  /** Absolute paths in the stage's root that were made by its instructions. */
  readonly made: string[];
}

export interface KnownStage {
  readonly name: string;
  readonly hasShell: boolean;
  readonly made: readonly string[];
}
