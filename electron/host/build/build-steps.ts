import { TextDecoder } from 'node:util';
import type { BuildEvent, BuildStep } from '../../api/builds.ts';
import { type StatusResponse, Trace, type TraceStep } from '../buildkit/trace.ts';
import type { CacheMisses } from './cache-miss.ts';
import { type Instruction, lineOfInstruction } from './dockerfile.ts';
import { stepPlace } from './step-place.ts';

/** Turns the engine's reports of a build into steps with their places in the Dockerfile. */
export class BuildSteps {
  readonly #instructions: readonly Instruction[];
  readonly #misses: CacheMisses;
  readonly #emit: (event: BuildEvent) => void;
  readonly #trace = new Trace();
  readonly #decoders = new Map<TraceStep, TextDecoder>();
  readonly #lines = new Map<TraceStep, number | undefined>();

  constructor(
    instructions: readonly Instruction[],
    misses: CacheMisses,
    emit: (event: BuildEvent) => void,
  ) {
    this.#instructions = instructions;
    this.#misses = misses;
    this.#emit = emit;
  }

  apply(status: StatusResponse): void {
    const { steps, outputs } = this.#trace.apply(status);
    for (const step of steps) {
      if (step.started !== undefined) this.#emit({ type: 'step', step: this.#stepOf(step) });
    }
    for (const { step, bytes } of outputs) {
      const decoder = this.#decoders.get(step) ?? new TextDecoder();
      this.#decoders.set(step, decoder);
      const text = decoder.decode(bytes, { stream: true });
      this.#emit({ type: 'output', id: step.digest, text });
    }
  }

  #stepOf(step: TraceStep): Omit<BuildStep, 'output'> {
    const place = stepPlace(step.name);
    const line = this.#lineOf(step);
    const cacheMiss = this.#misses.of(step, this.#trace.steps);
    return {
      ...{ id: step.digest, number: step.index, instruction: place?.instruction ?? step.name },
      ...(place && { stage: place.stage }),
      ...(line !== undefined && { line }),
      inputs: [...step.inputs],
      state: stateOf(step),
      ...(cacheMiss && { cacheMiss }),
      startedAt: new Date(step.started ?? 0).toISOString(),
      ...(step.completed !== undefined && { milliseconds: Math.round(step.duration) }),
      parts: [...step.lines.values()].map(({ id }) => id),
      warnings: step.warnings.map(({ short, ranges, url }) => ({
        message: Buffer.from(short).toString(),
        ...(ranges[0]?.start && { line: ranges[0].start.line }),
        ...(url !== '' && { url }),
      })),
    };
  }

  /** Looked for once, since the search continues from the last line of the step's stage. */
  #lineOf(step: TraceStep): number | undefined {
    if (this.#lines.has(step)) return this.#lines.get(step);
    const place = stepPlace(step.name);
    const before = [...this.#lines].flatMap(([other, line]) =>
      stepPlace(other.name)?.stage === place?.stage ? (line ?? 0) : 0,
    );
    const after = Math.max(0, ...before);
    const line = place && lineOfInstruction(this.#instructions, place.instruction, after);
    this.#lines.set(step, line);
    return line;
  }
}

function stateOf({ completed, error, isCached }: TraceStep): BuildStep['state'] {
  if (error.endsWith('context canceled')) return 'cancelled';
  if (error !== '') return 'failed';
  if (isCached) return 'cached';
  return completed === undefined ? 'running' : 'done';
}
