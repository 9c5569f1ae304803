import type { Stage } from '../../build/stages.ts';
import { isReference } from '../../grammar/reference.ts';
import { canonicalName, parseReference, withDefaultTag } from '../../registry/reference.ts';
import type { Steps, Vertex } from '../jobs/vertex.ts';
import type { ErrorOrigin } from './dockerfile-error.ts';
import type { Triggers } from './needed-stages.ts';
import { PullProgress } from './pull-progress.ts';
import { StageProgress } from './stage-progress.ts';
import { StepInputs } from './step-inputs.ts';
import { isShown, type StageLabel, stepPlace } from './step-name.ts';

/** Shows a build as BuildKit's steps: the images that stages begin with, and the stages. */
export class BuildProgress {
  readonly #shown: Steps;
  readonly #stages: readonly Stage[];
  readonly #count: number;
  readonly #escapeChar: string;
  /** The images that stages begin with, by the stages' numbers. */
  readonly #bases = new Map<number, string>();
  #triggers: Triggers = new Map();
  /** Images whose metadata or whose layers were shown. */
  readonly #resolved = new Set<string>();
  readonly #inputs: StepInputs;
  readonly #fetched = new Map<string, Vertex | undefined>();
  /** Where the error comes from that ends the build. */
  origin: ErrorOrigin = {};

  /** `count` is the number of all stages in the Dockerfile, also of those after the target. */
  constructor(
    shown: Steps,
    stages: readonly Stage[],
    { escapeChar = '\\', count = stages.length }: { escapeChar?: string; count?: number } = {},
  ) {
    this.#count = count;
    this.#shown = shown;
    this.#escapeChar = escapeChar;
    this.#stages = stages;
    this.#inputs = new StepInputs(shown, stages, fullName);
  }

  /** Notes the image that a stage begins with. */
  addBase(stage: number, image: string): void {
    this.#bases.set(stage, image);
  }

  /** Notes the `ONBUILD` instructions with which stages begin, before the stages run. */
  setTriggers(triggers: Triggers): void {
    this.#triggers = triggers;
  }

  stage(number: number): StageProgress {
    const base = this.#bases.get(number);
    const label = this.#label(number);
    return new StageProgress(this.#shown, this, {
      ...{ number, label, inputs: this.#inputs, escapeChar: this.#escapeChar },
      base: base === undefined ? undefined : this.#baseStep(label, fullName(base)),
    });
  }

  /** Stages that begin with the same image share this step. */
  #baseStep(label: StageLabel, base: string) {
    return {
      begin: () => {
        if (this.#fetched.has(base)) return;
        const vertex = this.#shown.vertex(`${stepPlace(label, 1)}FROM ${base}`);
        this.#fetched.set(base, vertex);
        this.#inputs.addImage(base, vertex.digest);
      },
      end: (cached: boolean) => this.#fetched.get(base)?.complete({ cached }),
    };
  }

  /**
   * An image is looked up, and pulled if the engine doesn't have it: the image that a stage begins
   * with, or one that an instruction takes files from.
   */
  pull(name: string, stage?: number) {
    const full = fullName(name);
    const metadata = this.#resolved.has(full) ? undefined : `[internal] load metadata for ${full}`;
    this.#resolved.add(full);
    const place = stage === undefined ? '' : stepPlace(this.#label(stage), 1);
    const pull = new PullProgress(this.#shown, metadata, `${place}FROM ${full}`);
    return {
      take: pull.take.bind(pull),
      finish: () => {
        const step = pull.finish();
        if (step === undefined) return;
        this.#fetched.set(full, undefined);
        this.#inputs.addImage(full, step);
      },
      fail: (message: string) => {
        pull.fail(message);
      },
    };
  }

  /** BuildKit counts what `RUN --mount` and `COPY --from` take files from as stages too. */
  #isOnlyStage(): boolean {
    const [stage] = this.#stages;
    const usesOther = stage?.instructions.some(
      ({ flags }) => flags.has('mount') || flags.has('from'),
    );
    return this.#count === 1 && !usesOther;
  }

  #label(number: number): StageLabel {
    const { instructions = [], name = '' } = this.#stages[number] ?? {};
    // BuildKit counts all triggers, also those that have no step.
    const triggers = this.#triggers.get(number) ?? [];
    return {
      name: this.#isOnlyStage() ? '' : name || `stage-${number}`,
      total:
        triggers.length + instructions.filter(isShown).length + (this.#bases.has(number) ? 1 : 0),
    };
  }
}

/** `docker.io/library/busybox:latest`. An image's ID stays as it is. */
export function fullName(name: string): string {
  return isReference(name) ? canonicalName(withDefaultTag(parseReference(name))) : name;
}
