import type { ReactNode } from 'react';

export interface ListColumn<T> {
  readonly title: string;
  /** A CSS width. Columns without a width share the remaining space. */
  readonly width?: string;
  /** The width where not all columns fit. */
  readonly narrowWidth?: string;
  /** Hidden where not all columns fit: those with `needsRoom` first, then those with `needsWidth`. */
  readonly needsRoom?: boolean;
  readonly needsWidth?: boolean;
  /** The value that the column is sorted by. Columns without this function can't be sorted. */
  readonly sortBy?: (row: T) => string | number;
  readonly cell: (row: T) => ReactNode;
}

/** A heading above rows that belong together. */
export interface ListGroup {
  readonly key: string;
  readonly heading: ReactNode;
}
