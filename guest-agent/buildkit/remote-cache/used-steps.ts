import type { SessionSteps, StageHash } from '../../build/session.ts';
import type { WantedStep } from '../../build/steps/build-steps.ts';
import { type StepRecord, UNKNOWN_LAYER } from '../../build/steps/step-cache.ts';

/** A step that a build used. */
export interface UsedStep {
  readonly key: string;
  /** The key of the files on which the step worked. */
  readonly parent: string;
  /** ISO 8601. */
  readonly created: string;
  /** The diff IDs of the files after the step, lowest first. Undefined if nobody has the files. */
  readonly chain: readonly string[] | undefined;
}

/** The steps that a build took from a cache or ran, for the caches that it writes. */
export class UsedSteps {
  readonly #steps = new Map<string, UsedStep>();
  readonly #hashes = new Map<string, StageHash>();
  readonly #keep: (layers: readonly string[]) => void;

  /** `keep` is called with layers that must stay until the caches are written. */
  constructor(keep: (layers: readonly string[]) => void) {
    this.#keep = keep;
  }

  list(): UsedStep[] {
    return [...this.#steps.values()];
  }

  /** The hashes of files that the steps took from stages. */
  hashes(): StageHash[] {
    return [...this.#hashes.values()];
  }

  /** The same steps, of which each that a build takes is noted. */
  noting(steps: SessionSteps): SessionSteps {
    const note = (step: WantedStep, record: StepRecord) => this.#note(step, record);
    const hashes = this.#hashes;
    return {
      has: (key) => steps.has(key),
      noteImage: (key, image) => steps.noteImage(key, image),
      known: steps.known && this.noting(steps.known),
      hashOf: (key) => steps.hashOf?.(key),
      noteHash: (hash) => {
        hashes.set(hash.key, hash);
      },
      take: async function* (step, signal) {
        const record = yield* steps.take(step, signal);
        note(step, record);
        return record;
      },
    };
  }

  #note({ key, parent, below }: WantedStep, { layer, created }: StepRecord): void {
    const own = layer === null ? [] : [layer];
    this.#keep(own);
    const all = [...below, ...own];
    const chain = all.includes(UNKNOWN_LAYER) ? undefined : all;
    this.#steps.set(key, { key, parent, created, chain });
  }
}
