import { secretVariables } from '../../build/dockerfile/mount-flag.ts';
import type { Instruction } from '../../build/dockerfile/parse.ts';
import { expandWord } from '../../build/dockerfile/substitution.ts';
import type { StageWatcher } from '../../build/run-stages.ts';
import type { BuildEvent } from '../../build/session.ts';
import type { Steps, Vertex } from '../jobs/vertex.ts';
import type { ErrorOrigin } from './dockerfile-error.ts';
import type { StepInputs } from './step-inputs.ts';
import { isShown, type StageLabel, stepName } from './step-name.ts';

/** A stage's place in the build. */
interface StagePlace {
  readonly number: number;
  readonly inputs: StepInputs;
  readonly label: StageLabel;
  readonly escapeChar: string;
  /** The step of the image that the stage begins with. */
  readonly base: BaseStep | undefined;
  /** Called before each step that is shown. */
  readonly beginSources: (instruction: Instruction) => void;
}

interface BaseStep {
  begin(): void;
  end(isCached: boolean): void;
}

/** Shows the events of one stage as BuildKit's steps. */
export class StageProgress implements StageWatcher {
  readonly #shown: Steps;
  readonly #build: { origin: ErrorOrigin };
  readonly #place: StagePlace;
  #number: number;
  #instruction: Instruction | undefined;
  #step: Vertex | undefined;
  #isCached = false;

  /** Notes in `build` where an error comes from. */
  constructor(shown: Steps, build: { origin: ErrorOrigin }, place: StagePlace) {
    this.#shown = shown;
    this.#build = build;
    this.#place = place;
    this.#number = place.base === undefined ? 0 : 1;
  }

  take(event: BuildEvent): void {
    switch (event.kind) {
      case 'step':
        this.finish();
        this.#begin(event);
        break;
      case 'base':
        this.#place.base?.end(event.isKnown);
        break;
      case 'cached':
        this.#isCached = true;
        break;
      case 'image':
        this.finish();
        break;
      case 'output':
        this.#step?.output(event.stream, event.data);
        break;
      case 'pull':
      case 'triggers':
      case 'container':
      case 'unused-args':
        // Pulls have their own steps. BuildKit doesn't tell of containers, and shows unused
        // arguments only as a warning.
        break;
    }
  }

  finish(): void {
    this.#step?.complete({ cached: this.#isCached });
    this.#step = undefined;
    this.#isCached = false;
  }

  fail(error: unknown): void {
    const { line = 0, endLine = 0 } = this.#instruction ?? {};
    this.#build.origin = {
      vertex: this.#step?.digest,
      lines: line > 0 ? [line, endLine] : undefined,
    };
    this.#step?.fail(error instanceof Error ? error.message : String(error));
  }

  cancel(): void {
    this.#step?.fail('context canceled');
    this.#step = undefined;
  }

  #begin({ instruction, stage, variables, ...event }: BuildEvent & { kind: 'step' }): void {
    this.#instruction = instruction;
    const { isTrigger, staysAtRoot } = event;
    if (stage === undefined) return;
    const { inputs, number, label, escapeChar, beginSources } = this.#place;
    if (instruction.keyword === 'FROM') {
      inputs.beginStage(number, expandWord(baseName(instruction), variables, escapeChar));
      this.#place.base?.begin();
    }
    if (!isShown(instruction) || staysAtRoot) return;
    this.#number += 1;
    const masked = new Map(variables);
    for (const secret of secretVariables(instruction)) masked.set(secret, '****');
    const name = stepName(label, this.#number, instruction, masked, { escapeChar, isTrigger });
    beginSources(instruction);
    this.#step = this.#shown.vertex(name, inputs.of(number, instruction));
    inputs.addStep(number, this.#step.digest);
  }
}

/** The image or the stage of a `FROM`. */
const baseName = ({ text }: Instruction) => text.split(/\s+/)[0] ?? '';
