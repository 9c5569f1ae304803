import type { ComposeFile } from './file-schema.ts';
import type { Variables } from './interpolate.ts';
import type { Problem } from './problem.ts';

/** What the steps of loading share. */
export interface Loading {
  readonly variables: Variables;
  readonly report: (problem: Problem) => void;
  /** One file in its long form, paths resolved against `directory`; undefined when it is broken. */
  readonly read: (file: string, directory: string) => Promise<ComposeFile | undefined>;
  /** Where something stands, for problems that show only in the whole. */
  readonly locate: (path: readonly PropertyKey[]) => Pick<Problem, 'file' | 'line'>;
}
