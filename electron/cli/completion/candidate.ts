/** One possible completion of a word. */
export interface Candidate {
  readonly value: string;
  /** For people, in shells that can show it. */
  readonly description?: string;
}

/** Stands for any file. The shell itself completes files. */
export const FILES = ':files';
