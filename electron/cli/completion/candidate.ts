/** One way to go on with a word. */
export interface Candidate {
  readonly value: string;
  /** For people; shown by the shells that can. */
  readonly description?: string;
}

/** What stands for "any file": the shell knows those itself. */
export const FILES = ':files';
