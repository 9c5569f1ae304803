import { mountOrigin, mountTexts } from '../../build/dockerfile/mount-flag.ts';
import type { Instruction } from '../../build/dockerfile/parse.ts';
import { findStage, type Stage } from '../../build/stages.ts';
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
      ...sources(instruction).map((name) => this.#source(stage, name)),
    ];
    return [...new Set(found.filter((digest) => digest !== undefined))];
  }

  /** Notes the step of a stage's next instruction. */
  addStep(stage: number, digest: string): void {
    this.#last.set(stage, digest);
  }

  #resultOf(stage: number): string | undefined {
    const base = this.#bases.get(stage);
    return this.#last.get(stage) ?? (base === undefined ? undefined : this.#source(stage, base));
  }

  /** An empty name means the build's context. */
  #source(stage: number, name: string): string | undefined {
    const given = this.#shown.sourceStep(name);
    if (given !== undefined || name === '') return given;
    const index = findStage(this.#stages.slice(0, stage), name);
    return index === -1 ? this.#images.get(this.#nameOf(name)) : this.#resultOf(index);
  }
}

function sources(instruction: Instruction): string[] {
  const { keyword, flags, text } = instruction;
  const mounts = mountTexts(instruction).map((mount) => mountOrigin(mount));
  const mounted = mounts.filter(({ type, from }) => type === 'bind' || from !== '');
  const copied = keyword === 'COPY' || keyword === 'ADD' ? text.split(/\s+/).slice(0, -1) : [];
  const isOwn = copied.some((word) => !/^(?:<<|\w+:\/\/|git@)/.test(word));
  const from = flags.get('from') ?? (isOwn ? '' : undefined);
  return [...mounted.map((mount) => mount.from), ...(from === undefined ? [] : [from])];
}
