import type { Instruction } from '../../build/dockerfile/parse.ts';
import { type TakenFiles, takenFiles, takenStage } from '../../build/stage-uses.ts';
import type { Stage } from '../../build/stages.ts';
import type { Steps } from '../jobs/vertex.ts';

/** From which steps each step takes files, so that clients can draw a build as a graph. */
export class StepInputs {
  readonly #shown: Steps;
  readonly #stages: readonly Stage[];
  /** What each stage begins with. */
  readonly #bases = new Map<number, string>();
  /** The last step of each stage so far. */
  readonly #last = new Map<number, string>();
  readonly #images = new Map<string, string>();
  readonly #nameOf: (image: string) => string;

  constructor(shown: Steps, stages: readonly Stage[], nameOf: (image: string) => string) {
    this.#shown = shown;
    this.#stages = stages;
    this.#nameOf = nameOf;
  }

  /** Notes the step that loads an image. */
  addImage(name: string, digest: string): void {
    this.#images.set(name, digest);
  }

  /** Notes what a stage begins with: an image or a stage. */
  beginStage(stage: number, base: string): void {
    this.#bases.set(stage, base);
  }

  /** The steps before an instruction: the previous step of its stage, then those it takes files from. */
  of(stage: number, instruction: Instruction): string[] {
    const found = [
      this.#resultOf(stage),
      ...takenFiles(instruction).map((taken) => this.#source(stage, taken)),
    ];
    return [...new Set(found.filter((digest) => digest !== undefined))];
  }

  /** Notes the step of a stage's next instruction. */
  addStep(stage: number, digest: string): void {
    this.#last.set(stage, digest);
  }

  #resultOf(stage: number): string | undefined {
    const base = this.#bases.get(stage);
    if (base === undefined) return this.#last.get(stage);
    return this.#last.get(stage) ?? this.#source(stage, { from: base, isMount: false });
  }

  /** An empty name means the build's context. */
  #source(stage: number, taken: Pick<TakenFiles, 'from' | 'isMount'>): string | undefined {
    const { from } = taken;
    const given = this.#shown.sourceStep(from);
    if (given !== undefined || from === '') return given;
    const index = takenStage(taken, this.#stages.slice(0, stage));
    return index === -1 ? this.#images.get(this.#nameOf(from)) : this.#resultOf(index);
  }
}
