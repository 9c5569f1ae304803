import { EngineError } from '../errors.ts';
import { runStage } from './run-stage.ts';
import type { BuildEvent, BuildSession, FinishedStage, SessionSteps } from './session.ts';
import type { Stage } from './stages.ts';
import { StepUnknown } from './steps/step-unknown.ts';

/** A stage whose steps are all in caches. */
interface KnownStage {
  readonly state: FinishedStage;
  readonly events: readonly BuildEvent[];
}

/**
 * Looks stages up by their keys alone. A cache of another engine may know what a later stage takes
 * from a stage, so that this engine needs neither the stage's commands nor its files.
 */
export class KnownStages {
  readonly #build: Omit<BuildSession, 'stage' | 'finished' | 'handOver'>;
  readonly #stages: readonly Stage[];
  readonly #steps: SessionSteps;
  readonly #found = new Map<number, Promise<KnownStage | undefined>>();

  /** `steps` know keys, and have no files. */
  constructor(
    build: Omit<BuildSession, 'stage' | 'finished' | 'handOver'>,
    stages: readonly Stage[],
    steps: SessionSteps,
  ) {
    this.#build = build;
    this.#stages = stages;
    this.#steps = steps;
  }

  /** A stage with the events of its steps. Undefined unless all of its steps are known. */
  find(number: number): Promise<KnownStage | undefined> {
    const found = this.#found.get(number) ?? this.#lookUp(number);
    this.#found.set(number, found);
    return found;
  }

  /** The same without the events. Layers that nobody has are among the layers of the state. */
  async state(number: number): Promise<FinishedStage | undefined> {
    return (await this.find(number))?.state;
  }

  async #lookUp(number: number): Promise<KnownStage | undefined> {
    const stage = this.#stages[number];
    if (stage === undefined || stage.isSkipped) return undefined;
    const known = (earlier: number) => this.state(earlier);
    const finished = async (earlier: number) => {
      const state = await known(earlier);
      if (state === undefined) throw new StepUnknown();
      return state;
    };
    const args = this.#build.args.forStage();
    const own = { steps: this.#steps, args, stage: number, finished, known, isKeysOnly: true };
    const events: BuildEvent[] = [];
    try {
      const run = runStage({ ...this.#build, ...own }, stage);
      for (;;) {
        const { done, value } = await run.next();
        if (done) return { state: value, events };
        events.push(value);
      }
    } catch (error) {
      // The stage runs then, and reports what is wrong with it.
      if (error instanceof StepUnknown || error instanceof EngineError) return undefined;
      throw error;
    }
  }
}
