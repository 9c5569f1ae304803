import type { ComposeDocument, ComposeSource } from './document.ts';
import type { ComposeFile } from './file-schema.ts';
import type { Form } from './form.ts';
import type { Variables } from './interpolate.ts';
import type { Problem } from './problem.ts';

/** The state that the steps of loading share. */
export interface Loading {
  readonly form: Form;
  readonly report: (problem: Problem) => void;
  /** The file's YAML; undefined if it has errors. Rejects with HostError 'invalid' if it can't be read. */
  readonly open: (file: string) => Promise<ComposeSource | undefined>;
  /** Keeps the document for `locate`. */
  readonly add: (document: ComposeDocument) => void;
  /** Locates a value, for problems that only show in the merged project. */
  readonly locate: (path: readonly PropertyKey[]) => Pick<Problem, 'file' | 'line' | 'column'>;
}

/** What relative paths and variables of a file refer to. The files of an `include` have their own. */
export interface Scope {
  /** Absolute. */
  readonly directory: string;
  readonly variables: Variables;
  /** Keeps relative paths as paths from this folder, and those of files there as they are written. */
  readonly pathsFrom?: string | undefined;
}

/** One file, with its paths resolved. */
export interface ReadFile {
  readonly file: ComposeFile;
  /** Paths whose values in earlier files, and in extended services, don't count. */
  readonly replaced: readonly (readonly string[])[];
}
