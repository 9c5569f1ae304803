import { commitImage } from './commit-image.ts';
import type { BuildSession, Progress, StageState } from './session.ts';
import type { Step } from './step.ts';
import { takeStep } from './take-step.ts';

/** Takes the result of a step from the cache, or creates it. */
export async function* commitStep(
  session: BuildSession,
  state: StageState,
  step: Step,
): Progress<StageState> {
  const { steps } = session;
  return steps === undefined
    ? yield* commitImage(session, state, step)
    : yield* takeStep({ ...session, steps }, state, step);
}
