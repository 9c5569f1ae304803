/** One change of the data disk's layout. */
export interface Migration {
  /** The format afterwards; each migration begins with the one below. */
  readonly to: number;
  /** For people: what changes. */
  readonly description: string;
  /**
   * Brings the disk from `to - 1` to `to`. It may be cut off at any moment (a power cut) and is
   * then run again from its beginning, so each of its steps must find out whether it is done.
   */
  run(directory: string): Promise<void>;
}

/**
 * All migrations, in order; none is ever changed or removed. With a new one, `dataFormat` in the
 * contract becomes its `to`.
 */
export const migrations: readonly Migration[] = [];
