export interface PeerValue {
  readonly name: string;
  readonly value: number;
}

/** One measurement. */
export interface Figure {
  /** A short description: `bundle of the page, compressed`. */
  readonly name: string;
  readonly value: number;
  /** `ms`, `kB`, `MB/s`, ... */
  readonly unit: string;
  /** The same measurement of a peer in the same run, and the peer's name. */
  readonly peer?: PeerValue;
  /** Peers with larger values than that of `peer`. */
  readonly others?: readonly PeerValue[];
}

/**
 * Half of the values are smaller. The median shows the usual case, regardless of a few outliers.
 */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = low] = sorted.slice(
    sorted.length % 2 === 0 ? middle - 1 : middle,
    middle + 1,
  );
  return (low + high) / 2;
}
