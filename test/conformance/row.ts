/** Where Docker keeps images: its own store, or containerd's, which holds indexes too. */
export type DockerStore = 'graph driver' | 'containerd';

/** One use of an engine. Both engines must answer in the same way. */
export interface Row {
  /** A command line or a short script for `sh`. */
  readonly run: string;
  /** The lines of the output have no fixed order. */
  readonly sorted?: true;
  /** The output is JSON. Its fields and their types are compared, not their values. */
  readonly shape?: true;
  /** Why the engines' answers differ; not set if they must be equal. */
  readonly differs?: Difference;
  /** The row runs only against Berth, and must print this text. */
  readonly prints?: string;
}

export interface Difference {
  readonly why: string;
  /**
   * Lines of the output, or fields of a shape, that aren't compared. The default is all of the
   * output.
   */
  readonly where?: RegExp;
}

/** Rows about one noun. Later rows use objects that earlier rows created. */
export interface Group {
  readonly name: string;
  readonly rows: readonly Row[];
  /** The store of the Docker that the rows compare with. */
  readonly store: DockerStore;
}

/** A short form: a row can be just its command. */
export function group(
  name: string,
  rows: readonly (string | Row)[],
  { store = 'graph driver' }: { store?: DockerStore } = {},
): Group {
  return { name, rows: rows.map((row) => (typeof row === 'string' ? { run: row } : row)), store };
}
