/** The flags before the command: `berth --machine work ps`. */
export interface GlobalFlags {
  readonly machine: string | undefined;
  /** The words from the command on. Keeps a flag without a value, which the parser then rejects. */
  readonly rest: readonly string[];
}

/** Removes `--machine NAME` and `--machine=NAME` from the beginning; the last one counts. */
export function globalFlags(words: readonly string[]): GlobalFlags {
  let machine: string | undefined;
  let rest = words;
  for (;;) {
    const [first = '', second] = rest;
    if (first === '--machine' && second) {
      machine = second;
      rest = rest.slice(2);
    } else if (/^--machine=./.test(first)) {
      machine = first.slice('--machine='.length);
      rest = rest.slice(1);
    } else return { machine, rest };
  }
}
