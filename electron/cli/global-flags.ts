/** What stands before the command: `berth --machine work ps`. */
export interface GlobalFlags {
  readonly machine: string | undefined;
  /** The words from the command on. A flag that has no value is left for the parser to refuse. */
  readonly rest: readonly string[];
}

/** Takes `--machine NAME` and `--machine=NAME` off the beginning; the last one counts. */
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
