import type { Victim } from './engine.ts';
import type { EngineApi } from './engine-api.ts';

/** What an operation works with. */
export interface Workplace {
  readonly api: EngineApi;
  /** A name that only this try uses. */
  readonly name: string;
  /** An image with a shell. */
  readonly image: string;
  /** An image that is pulled again and again. */
  readonly pulled: string;
  /** A directory for files of this try. */
  readonly directory: string;
}

/** Something that a user does with an engine, and that can be interrupted. */
export interface Operation {
  readonly name: string;
  /** The programs that it runs, besides the engine itself. */
  readonly programs: readonly Exclude<Victim, 'agent'>[];
  prepare?(place: Workplace): Promise<void>;
  /** Can be run again after it was interrupted at any moment. */
  run(place: Workplace): Promise<void>;
  /** Rejects unless everything is there that `run` promised. */
  check(place: Workplace): Promise<void>;
  /** Removes everything. */
  tidy(place: Workplace): Promise<void>;
}
