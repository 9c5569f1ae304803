import type { ReactNode } from 'react';

export interface ListColumn<T> {
  readonly title: string;
  /** As CSS has it; the columns without one share what is left. */
  readonly width?: string;
  /** Left out where the window is narrow. */
  readonly needsRoom?: boolean;
  /** What the column is sorted by; without it, it cannot be. */
  readonly sortBy?: (row: T) => string | number;
  readonly cell: (row: T) => ReactNode;
}

/** A heading between rows that belong together. */
export interface ListGroup {
  readonly key: string;
  readonly heading: ReactNode;
}
