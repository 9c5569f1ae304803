import type { Instruction } from '../../build/dockerfile/parse.ts';
import { takenFiles, takenStage } from '../../build/stage-uses.ts';
import type { Stage } from '../../build/stages.ts';
import { isReference } from '../../grammar/reference.ts';
import { canonicalName, parseReference, withDefaultTag } from '../../registry/reference.ts';
import type { Steps, Vertex } from '../jobs/vertex.ts';
import type { ErrorOrigin } from './dockerfile-error.ts';
import { imageStepNames } from './image-step-names.ts';
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
  readonly #isReplaced: (name: string) => boolean;
  /** The images that stages begin with, by the stages' numbers. */
  readonly #bases = new Map<number, string>();
  #triggers: Triggers = new Map();
  #parents: ReadonlyMap<number, number> = new Map();
  #imageNames: ReadonlyMap<string, string> | undefined;
  /** Images whose metadata or whose layers were shown. */
  readonly #resolved = new Set<string>();
  readonly #inputs: StepInputs;
  readonly #fetched = new Map<string, Vertex | undefined>();
  /** Where the error comes from that ends the build. */
  origin: ErrorOrigin = {};

  /**
   * `count` is the number of all stages in the Dockerfile, also of those after the target.
   * `isReplaced` says for which names the client gave a context.
   */
  constructor(
    shown: Steps,
    stages: readonly Stage[],
    {
      escapeChar = '\\',
      count = stages.length,
      isReplaced = () => false,
    }: { escapeChar?: string; count?: number; isReplaced?: (name: string) => boolean } = {},
  ) {
    this.#count = count;
    this.#isReplaced = isReplaced;
    this.#shown = shown;
    this.#escapeChar = escapeChar;
    this.#stages = stages;
    this.#inputs = new StepInputs(shown, stages, fullName);
  }

  /** Notes the image that a stage begins with. */
  addBase(stage: number, image: string): void {
    this.#bases.set(stage, image);
  }

  /**
   * Notes the `ONBUILD` instructions with which stages begin, and the stages that stages begin with,
   * before the stages run.
   */
  setStages(triggers: Triggers, parents: ReadonlyMap<number, number>): void {
    this.#triggers = triggers;
    this.#parents = parents;
  }

  stage(number: number): StageProgress {
    const base = this.#bases.get(number);
    const label = this.#label(number);
    return new StageProgress(this.#shown, this, {
      ...{ number, label, inputs: this.#inputs, escapeChar: this.#escapeChar },
      beginSources: (instruction) => this.#showImages(number, instruction),
      base: base === undefined ? undefined : this.#baseStep(label, fullName(base)),
    });
  }

  /** Stages that begin with the same image share this step. */
  #baseStep(label: StageLabel, base: string) {
    return {
      begin: () => {
        if (this.#fetched.has(base)) return;
        const name = this.#imageName(base) ?? `${stepPlace(label, 1)}FROM ${base}`;
        const vertex = this.#shown.vertex(name);
        this.#fetched.set(base, vertex);
        this.#inputs.addImage(base, vertex.digest);
      },
      end: (cached: boolean) => this.#fetched.get(base)?.complete({ cached }),
    };
  }

  /** Shows the images from which an instruction takes files, which the engine has by now. */
  #showImages(stage: number, instruction: Instruction): void {
    for (const taken of takenFiles(instruction)) {
      const { from } = taken;
      if (from === '' || from === 'scratch' || this.#isReplaced(from)) continue;
      const image = fullName(from);
      const isImage = takenStage(taken, this.#stages.slice(0, stage)) === -1;
      if (!isImage || this.#fetched.has(image)) continue;
      const vertex = this.#shown.vertex(this.#imageName(image) ?? `FROM ${image}`);
      vertex.complete();
      this.#fetched.set(image, undefined);
      this.#inputs.addImage(image, vertex.digest);
    }
  }

  /** The name of the step of an image. Undefined if the Dockerfile doesn't name the image. */
  #imageName(image: string): string | undefined {
    this.#imageNames ??= imageStepNames({
      ...{ stages: this.#stages, fullName },
      imageOf: (stage) => {
        const base = this.#bases.get(stage);
        return base === undefined ? undefined : fullName(base);
      },
      parentOf: (stage) => this.#parents.get(stage) ?? -1,
      triggersOf: (stage) => this.#triggers.get(stage) ?? [],
      nameFor: (image, stage) =>
        `${stage === undefined ? '' : stepPlace(this.#label(stage), 1)}FROM ${image}`,
    });
    return this.#imageNames.get(image);
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
