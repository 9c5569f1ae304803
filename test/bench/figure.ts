/** One thing that was measured. */
export interface Figure {
  /** What, in a few words: `bundle of the page, compressed`. */
  readonly name: string;
  readonly value: number;
  /** `ms`, `kB`, `MB/s`, ... */
  readonly unit: string;
  /** The same of a peer, measured in the same run, and who it is. */
  readonly peer?: { readonly name: string; readonly value: number };
}

/** Half of the values are smaller: what happens usually, whatever a few of them were. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = low] = sorted.slice(
    sorted.length % 2 === 0 ? middle - 1 : middle,
    middle + 1,
  );
  return (low + high) / 2;
}
