/** One thing that a stranger does with an engine; both engines must answer alike. */
export interface Row {
  /** A command line or a short script for `sh`. */
  readonly run: string;
  /** Lines of the output come in no order. */
  readonly sorted?: true;
  /** The output is JSON: compared by its fields and their types, not by their values. */
  readonly shape?: true;
  /** Why the engines' answers differ; absent where they must not. */
  readonly differs?: Difference;
  /** Runs against Berth alone and must print this. */
  readonly prints?: string;
}

export interface Difference {
  readonly why: string;
  /** Lines of the output, or fields of a shape, that are left out; absent, all of the output. */
  readonly where?: RegExp;
}

/** Rows about one noun, in the order in which they run: later ones use what earlier ones made. */
export interface Group {
  readonly name: string;
  readonly rows: readonly Row[];
}

/** A short form: where nothing is to be said about a row, it is its command. */
export function group(name: string, rows: readonly (string | Row)[]): Group {
  return { name, rows: rows.map((row) => (typeof row === 'string' ? { run: row } : row)) };
}
