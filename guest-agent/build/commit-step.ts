import type { HeldLayer } from '../engine/images/images.ts';
import type { ImageConfig } from '../engine/images/store/image.ts';
import { commitImage } from './commit-image.ts';
import type { BuildSession, Progress, StageState } from './session.ts';
import { takeStep } from './take-step.ts';

/** An instruction, prepared as far as possible without performing it. */
export interface Step {
  /** Whether the image's history leaves the step out. */
  readonly isHidden?: boolean;
  /** The text in the image's history. */
  readonly createdBy: string;
  /** Identifies the step in the cache, together with its parent. By default `createdBy`. */
  readonly cacheKey?: string;
  readonly config: ImageConfig;
  readonly author?: string;
  /**
   * Creates the layer with the step's files. Not called if the cache has the step. The session has
   * the step's own signal, since the step can outlive its build: see `BuildSteps`.
   */
  readonly layer?: (session: BuildSession) => Progress<HeldLayer | undefined>;
}

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
