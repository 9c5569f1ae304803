import type { StatusResponse } from '../../../host/buildkit/trace.ts';
import { Trace, type TraceLine, type TraceStep } from '../../../host/buildkit/trace.ts';
import type { Output } from '../../context.ts';
import { byteProgress } from './bytes.ts';
import type { BuildDisplay } from './display.ts';
import { failedSteps, StepLog } from './step-log.ts';

/** A step that prints stays in front for this long, so that output isn't cut into pieces. */
const IN_FRONT_MS = 5_000;

/** Prints steps line by line, as `docker build --progress=plain` does. */
export class PlainDisplay implements BuildDisplay {
  readonly #output: Pick<Output, 'write'>;
  readonly #trace = new Trace();
  readonly #logs = new Map<TraceStep, StepLog>();
  readonly #indexes = new Map<TraceStep, number>();
  readonly #updated = new Set<TraceStep>();
  readonly #changedLines = new Map<TraceStep, Set<string>>();
  readonly #shownWarnings = new Map<TraceStep, number>();
  readonly #finished = new Set<TraceStep>();
  #current: TraceStep | undefined;
  #currentSince = 0;
  /** Whether the last line of the current step lacks its end. */
  #isPartial = false;
  #isFirst = true;

  constructor(output: Pick<Output, 'write'>, builder: string) {
    this.#output = output;
    this.#write(`#0 building with "${builder}" instance using docker driver\n`);
    this.#isFirst = false;
  }

  get trace(): Trace {
    return this.#trace;
  }

  add(status: StatusResponse): void {
    const { steps, outputs, lines } = this.#trace.apply(status);
    for (const output of outputs) this.#logOf(output.step).add(output);
    for (const step of steps) this.#updated.add(step);
    for (const [step, ids] of lines) {
      const known = this.#changedLines.get(step) ?? new Set();
      this.#changedLines.set(step, new Set([...known, ...ids]));
    }
    this.#print(false);
  }

  end(): void {
    this.#print(true);
    this.#write(failedSteps(this.#trace.steps, (step) => this.#logOf(step)));
  }

  #print(isEnd: boolean): void {
    const completed = [...this.#updated].filter(isComplete);
    // The step in front goes first, so that its lines stay together.
    completed.sort((a, b) => Number(b === this.#current) - Number(a === this.#current));
    for (const step of completed) this.#printStep(step);
    const open = [...this.#updated].filter((step) => !isComplete(step) && isStarted(step));
    const front = this.#current;
    if (front !== undefined && this.#updated.has(front)) this.#printStep(front);
    for (const step of open) {
      const isBusy = this.#current !== undefined && this.#current !== step;
      if (!isEnd && isBusy && Date.now() - this.#currentSince < IN_FRONT_MS) continue;
      if (this.#updated.has(step)) this.#printStep(step);
    }
  }

  #printStep(step: TraceStep): void {
    this.#updated.delete(step);
    const index = this.#indexes.get(step) ?? this.#indexes.size + 1;
    this.#indexes.set(step, index);
    if (this.#current !== step) {
      if (this.#current !== undefined) {
        if (this.#isPartial) this.#write('\n');
        this.#write(`#${this.#indexes.get(this.#current)} ...\n`);
      }
      if (!this.#isFirst) this.#write('\n');
      this.#isFirst = false;
      this.#isPartial = false;
      this.#write(`#${index} ${step.name}\n`);
      this.#current = step;
      this.#currentSince = Date.now();
    }
    for (const id of this.#changedLines.get(step) ?? []) {
      const line = step.lines.get(id);
      if (line !== undefined) this.#write(`#${index} ${id}${lineDetails(line)}\n`);
    }
    this.#changedLines.delete(step);
    for (const { short } of step.warnings.slice(this.#shownWarnings.get(step) ?? 0)) {
      this.#write(`#${index} WARN: ${Buffer.from(short)}\n`);
    }
    this.#shownWarnings.set(step, step.warnings.length);
    this.#printLog(step, index);
    const isOpen = [...step.lines.values()].some(({ completed }) => completed === undefined);
    if (isComplete(step) && !isOpen) this.#finish(step, index);
  }

  #printLog(step: TraceStep, index: number): void {
    const log = this.#logOf(step);
    const whole = log.lines.filter(({ isComplete }) => isComplete);
    for (const { text } of whole) this.#write(`#${index} ${text}\n`);
    log.lines = log.lines.filter(({ isComplete }) => !isComplete);
  }

  #finish(step: TraceStep, index: number): void {
    for (const { text } of this.#logOf(step).lines.splice(0)) this.#write(`#${index} ${text}\n`);
    this.#current = undefined;
    if (this.#finished.has(step)) return;
    this.#finished.add(step);
    const { error, isCached, duration } = step;
    if (error.endsWith('context canceled')) this.#write(`#${index} CANCELED\n`);
    else if (error !== '') this.#write(`#${index} ERROR: ${error}\n`);
    else if (isCached) this.#write(`#${index} CACHED\n`);
    else this.#write(`#${index} DONE ${(duration / 1000).toFixed(1)}s\n`);
  }

  #logOf(step: TraceStep): StepLog {
    const known = this.#logs.get(step) ?? new StepLog();
    this.#logs.set(step, known);
    return known;
  }

  #write(text: string): void {
    if (text !== '') this.#output.write(text);
  }
}

const isComplete = ({ completed }: TraceStep) => completed !== undefined;
const isStarted = ({ started }: TraceStep) => started !== undefined;

/** ` 1.23MB / 4.56MB 0.3s done` */
function lineDetails(line: TraceLine): string {
  const seconds = ((line.completed ?? Date.now()) - (line.started ?? Date.now())) / 1000;
  const time = seconds > 0.01 ? ` ${seconds.toFixed(1)}s` : '';
  return `${byteProgress(line)}${time}${line.completed === undefined ? '' : ' done'}`;
}
