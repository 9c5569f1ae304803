import type { CacheMiss } from '../../api/builds.ts';
import type { TraceStep } from '../buildkit/trace.ts';
import { type StepPlace, stepPlace } from './step-place.ts';

/** How the steps of the last build ended, by name. */
export type StepsBefore = ReadonlyMap<string, 'done' | 'failed'>;

/** Says why steps ran although a result could have been cached, as far as their order tells. */
export class CacheMisses {
  readonly #isOff: boolean;
  /** The steps of the last build of the same Dockerfile, if there was one. */
  readonly #before: StepsBefore | undefined;

  constructor(isOff: boolean, before: StepsBefore | undefined) {
    this.#isOff = isOff;
    this.#before = before;
  }

  /** Undefined for a step that was cached or can't be cached, or that hasn't ended. */
  of(step: TraceStep, all: readonly TraceStep[]): CacheMiss | undefined {
    const place = stepPlace(step.name);
    const { isCached, completed, error } = step;
    if (place === undefined || isCached || completed === undefined || error !== '')
      return undefined;
    if (place.instruction.startsWith('FROM ')) {
      return this.#before?.has(step.name) ? 'base-image' : undefined;
    }
    if (this.#isOff) return 'cache-off';
    const earlier = all.filter((other) => other !== step && ranBefore(place, other));
    if (earlier.some(isBase)) return this.#before === undefined ? 'first-build' : 'base-image';
    if (earlier.length > 0) return 'earlier-step';
    if (this.#before === undefined) return 'first-build';
    const before = this.#before.get(step.name);
    if (before === undefined) return 'instruction';
    if (before === 'failed') return 'failed-before';
    return /^(COPY|ADD) /.test(place.instruction) ? 'files' : 'cache-gone';
  }
}

/** Whether a step of the same stage ran before, so that the cache ends there. */
function ranBefore(place: StepPlace, other: TraceStep): boolean {
  const before = stepPlace(other.name);
  return (
    before !== undefined &&
    before.stage === place.stage &&
    before.number < place.number &&
    !other.isCached &&
    other.completed !== undefined
  );
}

const isBase = ({ name }: TraceStep) => stepPlace(name)?.instruction.startsWith('FROM ') === true;
