import type { HostileEngine } from './start.ts';

/** Something hostile that is tried on the engine. */
export interface HostileCase {
  readonly name: string;
  /** Takes more than a minute, so a quick run leaves the case to others. */
  readonly isSlow?: boolean;
  /** Resolves to what is wrong, or rejects. */
  run(engine: HostileEngine): Promise<readonly string[]>;
}

export interface Group {
  readonly name: string;
  readonly cases: readonly HostileCase[];
  /** A quick run takes one case out of this number. */
  readonly quick: number;
  /** How many run beside each other. The default is 1. */
  readonly atOnce?: number;
  /** The words of the last line for this number of cases. */
  count(cases: number): string;
}
