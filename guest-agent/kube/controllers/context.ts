import type { Objects } from '../objects/objects.ts';

/** What every controller needs. */
export interface ControllerContext {
  readonly objects: Objects;
  readonly log: (message: string, cause?: unknown) => void;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
}

/** A running controller. */
export interface RunningController extends Disposable {
  /** Reconciles all its objects, for example because the clock was corrected. */
  enqueueAll(): void;
}
