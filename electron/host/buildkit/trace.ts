import type {
  StatusResponse,
  VertexWarning,
} from '../../../guest-agent/buildkit/generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { timeOf } from './build-history.ts';

export type { StatusResponse, VertexWarning };

/** A line below a step, such as a file that is transferred. */
export interface TraceLine {
  readonly id: string;
  readonly current: number;
  readonly total: number;
  /** Milliseconds since the epoch, like all times here. */
  readonly started: number | undefined;
  readonly completed: number | undefined;
}

/** A step of a build as the engine reports it. */
export interface TraceStep {
  readonly digest: string;
  /** Counts from 1, in the order of the first report. */
  readonly index: number;
  name: string;
  inputs: readonly string[];
  isCached: boolean;
  started: number | undefined;
  completed: number | undefined;
  /** Milliseconds of the runs that have ended. A step may run several times. */
  duration: number;
  error: string;
  readonly lines: Map<string, TraceLine>;
  readonly warnings: VertexWarning[];
}

/** Output of a step: the bytes that arrived. */
export interface TraceOutput {
  readonly step: TraceStep;
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** What changed with a report. */
export interface TraceChange {
  readonly steps: ReadonlySet<TraceStep>;
  readonly outputs: readonly TraceOutput[];
  /** Lines that changed, by step. */
  readonly lines: ReadonlyMap<TraceStep, ReadonlySet<string>>;
}

/** The steps of a build, put together from the engine's reports. */
export class Trace {
  readonly #steps = new Map<string, TraceStep>();
  readonly #runs = new Map<TraceStep, Map<number, number | undefined>>();

  get steps(): readonly TraceStep[] {
    return [...this.#steps.values()];
  }

  get warnings(): readonly VertexWarning[] {
    return this.steps.flatMap(({ warnings }) => warnings);
  }

  apply({ vertexes, statuses, logs, warnings }: StatusResponse): TraceChange {
    const steps = new Set<TraceStep>();
    const lines = new Map<TraceStep, Set<string>>();
    for (const vertex of vertexes) {
      const step = this.#step(vertex.digest);
      steps.add(step);
      step.name = vertex.name;
      if (vertex.inputs.length > 0) step.inputs = vertex.inputs;
      step.isCached ||= vertex.cached;
      step.error = vertex.error;
      const [started, completed] = [timeOf(vertex.started), timeOf(vertex.completed)];
      step.started = started ?? step.started;
      step.completed = completed;
      if (started !== undefined) this.#runs.get(step)?.set(started, completed);
      step.duration = this.#duration(step);
    }
    for (const status of statuses) {
      const step = this.#steps.get(status.vertex);
      if (step === undefined) continue;
      steps.add(step);
      step.lines.set(status.ID, {
        ...{ id: status.ID, current: Number(status.current), total: Number(status.total) },
        ...{ started: timeOf(status.started), completed: timeOf(status.completed) },
      });
      lines.set(step, (lines.get(step) ?? new Set()).add(status.ID));
    }
    for (const warning of warnings) {
      const step = this.#steps.get(warning.vertex);
      if (step === undefined) continue;
      steps.add(step);
      step.warnings.push(warning);
    }
    const outputs = logs.flatMap(({ vertex, timestamp, msg }) => {
      const step = this.#steps.get(vertex);
      if (step === undefined) return [];
      steps.add(step);
      return [{ step, at: timeOf(timestamp) ?? Date.now(), bytes: msg }];
    });
    return { steps, outputs, lines };
  }

  #step(digest: string): TraceStep {
    const known = this.#steps.get(digest);
    if (known !== undefined) return known;
    const step: TraceStep = {
      ...{ digest, index: this.#steps.size + 1, name: '', inputs: [], isCached: false },
      ...{ started: undefined, completed: undefined, duration: 0, error: '' },
      ...{ lines: new Map(), warnings: [] },
    };
    this.#steps.set(digest, step);
    this.#runs.set(step, new Map());
    return step;
  }

  #duration(step: TraceStep): number {
    let sum = 0;
    for (const [started, completed] of this.#runs.get(step) ?? []) {
      if (completed !== undefined) sum += completed - started;
    }
    return sum;
  }
}
