import type { SessionSteps } from '../session.ts';
import type { WantedStep } from '../steps/build-steps.ts';

/** Steps that make nothing, and tell `ask` which step a build wants. */
export function askedSteps(ask: (step: WantedStep) => void, isKnown = true): SessionSteps {
  return {
    has: () => isKnown,
    noteImage: () => true,
    // biome-ignore lint/correctness/useYield: reports no progress.
    take: async function* (step: WantedStep) {
      ask(step);
      return { layer: null };
    },
  } as unknown as SessionSteps;
}
