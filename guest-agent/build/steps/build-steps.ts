import type { HeldLayer } from '../../engine/images/images.ts';
import type { Progress } from '../build-event.ts';
import { SharedStep } from './shared-step.ts';
import type { StepCache, StepRecord } from './step-cache.ts';

/** A step that a build wants. */
export interface WantedStep {
  readonly key: string;
  /** The key of the files on which the step works. */
  readonly parent: string;
  /** The diff IDs of these files, lowest first. */
  readonly below: readonly string[];
  readonly description: string;
  readonly useCache: boolean;
  /** Makes the step's layer, also for other builds: until the signal aborts. */
  readonly run: (signal: AbortSignal) => Progress<HeldLayer | undefined>;
  /** Called if this build stops while the step that it runs continues for another build. */
  readonly handOver: () => void;
}

/** The steps of all builds: each runs once, whether builds want it one after the other or at once. */
export class BuildSteps {
  readonly cache: StepCache;
  readonly #running = new Map<string, SharedStep<StepRecord>>();

  constructor(cache: StepCache) {
    this.cache = cache;
  }

  has(key: string): boolean {
    return this.cache.find(key) !== undefined;
  }

  /** Notes that a build uses the files of an image. Returns whether an earlier build did so. */
  noteImage(key: string, { id }: { readonly id: string }): boolean {
    const isKnown = this.has(key);
    if (isKnown) this.cache.use(key);
    else {
      this.cache.add({ key, parent: '', description: `pulled from ${id}`, layer: null, size: 0 });
    }
    return isKnown;
  }

  /**
   * What the step made: from the cache, from another build that runs the step now, or new. A build
   * that runs a step ends after the step, since the step uses the build's files.
   */
  async *take(step: WantedStep, signal: AbortSignal): Progress<StepRecord> {
    const cached = step.useCache ? this.cache.find(step.key) : undefined;
    if (cached !== undefined) {
      this.cache.use(step.key);
      yield { kind: 'cached' };
      return cached;
    }
    // As in BuildKit, a build without cache shares steps only with such builds.
    const name = step.useCache ? step.key : `${step.key} without cache`;
    for (;;) {
      const running = this.#running.get(name);
      if (!running?.isOpen) break;
      try {
        return yield* running.follow(signal);
      } catch (error) {
        // The step may have needed the client of the build that began it, such as its SSH agent.
        if (signal.aborted || !running.isHandedOver) throw error;
        await running.ended();
      }
    }
    const shared = new SharedStep((stop) => this.#run(step, stop));
    this.#running.set(name, shared);
    try {
      return yield* shared.follow(signal);
    } finally {
      if (shared.isWanted) {
        shared.isHandedOver = true;
        step.handOver();
      }
      await shared.ended();
      if (this.#running.get(name) === shared) this.#running.delete(name);
    }
  }

  async *#run({ key, parent, description, run }: WantedStep, stop: AbortSignal) {
    using layer = yield* run(stop);
    stop.throwIfAborted();
    return this.cache.add({
      ...{ key, parent, description },
      layer: layer?.diffId ?? null,
      size: layer?.size ?? 0,
    });
  }
}
