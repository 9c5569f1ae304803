import type { StatusResponse } from '../../../host/buildkit/trace.ts';
import { Trace, type TraceStep } from '../../../host/buildkit/trace.ts';
import type { Output } from '../../context.ts';
import { byteProgress } from './bytes.ts';
import type { BuildDisplay } from './display.ts';
import { failedSteps, StepLog } from './step-log.ts';

const REDRAW_MS = 100;
/** How many lines of a running step's output are shown below it. */
const OUTPUT_LINES = 6;

/** Redraws the steps of a build in place, as `docker build` does on a terminal. */
export class TerminalDisplay implements BuildDisplay {
  readonly #output: Output;
  readonly #builder: string;
  readonly #trace = new Trace();
  readonly #logs = new Map<TraceStep, StepLog>();
  readonly #began = Date.now();
  readonly #timer: NodeJS.Timeout;
  #drawn = 0;

  constructor(output: Output, builder: string) {
    this.#output = output;
    this.#builder = builder;
    this.#timer = setInterval(() => this.#draw(false), REDRAW_MS);
    this.#timer.unref();
  }

  get trace(): Trace {
    return this.#trace;
  }

  add(status: StatusResponse): void {
    for (const output of this.#trace.apply(status).outputs) this.#logOf(output.step).add(output);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#draw(true);
    this.#output.write(failedSteps(this.#trace.steps, (step) => this.#logOf(step)));
  }

  #draw(isEnd: boolean): void {
    const columns = Math.max(20, this.#output.columns || 80);
    const rows = Math.max(5, (this.#output.rows || 24) - 2);
    const lines = this.#trace.steps.flatMap((step) => this.#linesOf(step, columns, isEnd));
    // What doesn't fit leaves at the top, where the oldest steps are.
    const shown = isEnd ? lines : lines.slice(-rows);
    const up = this.#drawn > 0 ? `\x1b[${this.#drawn}A\r\x1b[J` : '';
    this.#output.write(`${up}${[this.#header(columns, isEnd), ...shown].join('\n')}\n`);
    this.#drawn = shown.length + 1;
  }

  #header(columns: number, isEnd: boolean): string {
    const { steps } = this.#trace;
    const done = steps.filter(({ completed }) => completed !== undefined).length;
    const failed = steps.some(({ error }) => error !== '');
    const end = isEnd && !failed ? ' FINISHED' : '';
    const seconds = ((Date.now() - this.#began) / 1000).toFixed(1);
    const left = `[+] Building ${seconds}s (${done}/${steps.length})${end}`;
    return joined(left, `docker:${this.#builder}`, columns);
  }

  #linesOf(step: TraceStep, columns: number, isEnd: boolean): string[] {
    const { name, started, completed, error, isCached, duration, lines } = step;
    if (started === undefined) return [];
    const running = completed === undefined;
    const seconds = (running ? Date.now() - started : duration) / 1000;
    const state = error.endsWith('context canceled')
      ? 'CANCELED '
      : error !== ''
        ? 'ERROR '
        : isCached
          ? 'CACHED '
          : '';
    const own = joined(` => ${state}${name}`, `${seconds.toFixed(1)}s`, columns);
    const colored = error !== '' ? paint(own, 31) : running ? own : paint(own, 34);
    const parts = [...lines.values()].map((line) => {
      const time = ((line.completed ?? Date.now()) - (line.started ?? Date.now())) / 1000;
      const text = joined(` => => ${line.id}${byteProgress(line)}`, `${time.toFixed(1)}s`, columns);
      return line.completed === undefined ? text : paint(text, 34);
    });
    const output =
      running && !isEnd
        ? this.#logOf(step)
            .recent.slice(-OUTPUT_LINES)
            .map((text) => paint(cut(` => => # ${text.replace(/\r/g, '')}`, columns), 2))
        : [];
    return [colored, ...parts, ...output];
  }

  #logOf(step: TraceStep): StepLog {
    const known = this.#logs.get(step) ?? new StepLog();
    this.#logs.set(step, known);
    return known;
  }
}

/** Text at the left and at the right edge of a line. */
function joined(left: string, right: string, columns: number): string {
  const room = Math.max(0, columns - right.length - 2);
  return `${cut(left, room).padEnd(room)} ${right}`;
}

function cut(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 3))}...`;
}

const paint = (text: string, color: number) => `\x1b[${color}m${text}\x1b[0m`;
