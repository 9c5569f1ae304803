import type { EngineApi } from '../faults/engine-api.ts';
import type { Random } from '../fixtures/random.ts';
import type { PressedEngine } from './engine.ts';

/** What a scenario works with. */
export interface Workplace {
  readonly engine: PressedEngine;
  readonly api: EngineApi;
  /** An image with a shell, which the engine has. */
  readonly image: string;
  /** An image of several layers, which only the registry has. */
  readonly pulled: string;
  readonly random: Random;
  /** How long the mixed work takes, in minutes. */
  readonly minutes: number;
  /** A number of things at this run's scale, but not less than `least`. */
  count(full: number, least?: number): number;
  readonly signal: AbortSignal;
}

/** More than a user does with an engine. */
export interface Scenario {
  readonly name: string;
  /** Resolves to figures for display. Rejects if the engine doesn't bear it. */
  run(place: Workplace): Promise<string>;
}

/** Rejects the scenario unless the condition holds. */
export function must(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise);
}

/** Runs `work` for the numbers from 0, with `atOnce` of them beside each other. */
export async function inParallel(
  count: number,
  atOnce: number,
  work: (number: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const number = next;
      next += 1;
      await work(number);
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, atOnce) }, worker));
}
