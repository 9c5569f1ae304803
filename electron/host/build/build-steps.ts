import type { BuildEvent, BuildStep } from '../../api/builds.ts';
import type { BuildProgress } from '../engine/build.ts';
import { type Instruction, lineOfInstruction } from './dockerfile.ts';

/** The most output kept for a step. Longer output loses its beginning. */
const MOST_OUTPUT = 200_000;

const STEP = /^Step (\d+)\/(\d+) : (.*?)\n?$/s;

/**
 * Turns the messages of a build into steps. The engine sends lines for people: `Step 2/5 : RUN
 * make`, ` ---> Using cache`, and the output of the commands.
 */
export class BuildSteps {
  readonly #instructions: readonly Instruction[];
  readonly #emit: (event: BuildEvent) => void;
  readonly steps: BuildStep[] = [];
  imageId: string | undefined;
  failure: string | undefined;

  constructor(instructions: readonly Instruction[], emit: (event: BuildEvent) => void) {
    this.#instructions = instructions;
    this.#emit = emit;
  }

  add(message: BuildProgress): void {
    const { stream, status, id, progressDetail, aux, errorDetail, error } = message;
    if (aux?.ID !== undefined) this.imageId = aux.ID;
    const failure = errorDetail?.message ?? error;
    if (failure !== undefined) this.failure = failure;
    // For a pull, keep status changes but not every byte count.
    else if (status !== undefined && !progressDetail?.current) {
      this.#write(`${id === undefined ? '' : `${id}: `}${status}\n`);
    } else if (stream !== undefined) this.#take(stream);
  }

  /** Ends the current step. */
  finish(state: 'done' | 'failed'): void {
    const step = this.steps.at(-1);
    if (step?.state === 'running') this.#change({ ...step, ...ended(step), state });
  }

  #take(stream: string): void {
    const [, number, total, instruction = ''] = STEP.exec(stream) ?? [];
    if (number !== undefined) {
      this.finish('done');
      const line = lineOfInstruction(this.#instructions, instruction, this.#lastLine());
      const step: BuildStep = {
        ...{ number: Number(number), total: Number(total), instruction: instruction.trim() },
        ...(line === undefined ? {} : { line }),
        ...{ state: 'running', startedAt: new Date().toISOString(), output: '' },
      };
      this.steps.push(step);
      this.#change(step);
      return;
    }
    if (stream.startsWith(' ---> Using cache')) {
      const step = this.steps.at(-1);
      if (step) this.#change({ ...step, ...ended(step), state: 'cached' });
      return;
    }
    // The builder's own bookkeeping.
    if (/^( ---> |Removing intermediate container |Successfully (built|tagged) )/.test(stream))
      return;
    this.#write(stream);
  }

  #lastLine(): number {
    return this.steps.at(-1)?.line ?? 0;
  }

  #write(text: string): void {
    const step = this.steps.at(-1);
    if (!step || text.trim() === '') return;
    this.steps[this.steps.length - 1] = {
      ...step,
      output: (step.output + text).slice(-MOST_OUTPUT),
    };
    this.#emit({ type: 'output', number: step.number, text });
  }

  #change(step: BuildStep): void {
    this.steps[this.steps.length - 1] = step;
    const { output: _, ...shown } = step;
    this.#emit({ type: 'step', step: shown });
  }
}

const ended = ({ startedAt }: BuildStep) => ({ milliseconds: Date.now() - Date.parse(startedAt) });
