import type { ComposeFile } from './file-schema.ts';
import type { Variables } from './interpolate.ts';
import type { Problem } from './problem.ts';

/** The state that the steps of loading share. */
export interface Loading {
  readonly variables: Variables;
  readonly report: (problem: Problem) => void;
  /**
   * Reads one file in its long form, with paths resolved against `directory`; undefined if it has
   * errors.
   */
  readonly read: (file: string, directory: string) => Promise<ComposeFile | undefined>;
  /** Locates a value, for problems that only show in the merged project. */
  readonly locate: (path: readonly PropertyKey[]) => Pick<Problem, 'file' | 'line'>;
}
