/** One change of the data disk's layout. */
export interface Migration {
  /** The format afterwards. Each migration begins with the format below. */
  readonly to: number;
  /** What changes, for the log. */
  readonly description: string;
  /**
   * Migrates the disk from `to - 1` to `to`. A power cut can interrupt it at any moment, and then
   * it runs again from its beginning. So each of its steps must check whether it is already done.
   */
  run(directory: string): Promise<void>;
}

/**
 * All migrations, in order. Never change or remove one. If you add one, set `dataFormat` in the
 * contract to its `to`.
 */
export const migrations: readonly Migration[] = [];
