import { expect, test } from 'vitest';
import { initialState } from './initial-state.ts';
import type { BuildSession } from './session.ts';
import type { Step } from './step.ts';
import { takeStep } from './take-step.ts';
import { askedSteps } from './testing/asked-steps.ts';

/** Whether a build without cache asks for a step's files from the cache. */
async function asksCache(step: Step): Promise<boolean | undefined> {
  let asked: boolean | undefined;
  const steps = askedSteps(({ useCache }) => {
    asked = useCache;
  }, false);
  const session = {
    steps,
    options: { useCache: false },
    keep: () => {},
  } as unknown as BuildSession;
  const events = takeStep({ ...session, steps }, initialState(undefined, {}), step);
  while (!(await events.next()).done);
  return asked;
}

// biome-ignore lint/correctness/useYield: reports no progress.
const layer: Step['layer'] = async function* () {
  return undefined;
};

test('--no-cache performs steps again, except those that always have the same result', async () => {
  const step = { createdBy: 'x', config: {}, layer };
  expect(await asksCache(step)).toBe(false);
  expect(await asksCache({ ...step, isAlwaysCached: true })).toBe(true);
});
