import type { TraceOutput, TraceStep } from '../../../host/buildkit/trace.ts';

/** The last lines that are shown again below a failed build. */
const KEPT_LINES = 10;

/** A line of a step's output with its time: `0.123 text`. */
export interface LogLine {
  text: string;
  isComplete: boolean;
}

/** The output of a step in lines. */
export class StepLog {
  /** Lines that aren't printed yet. The last one may lack its end. */
  lines: LogLine[] = [];
  /** The last lines of all. */
  readonly recent: string[] = [];
  readonly #decoder = new TextDecoder();

  add({ step, at, bytes }: TraceOutput): void {
    const pieces = this.#decoder.decode(bytes, { stream: true }).split('\n');
    for (const [index, piece] of pieces.entries()) {
      const isComplete = index < pieces.length - 1;
      const last = this.lines.at(-1);
      if (last !== undefined && !last.isComplete) {
        last.text += piece;
        last.isComplete = isComplete;
        if (this.recent.length > 0) this.recent[this.recent.length - 1] = last.text;
      } else if (isComplete || piece !== '') {
        const text = `${secondsSince(step, at)} ${piece}`;
        this.lines.push({ text, isComplete });
        this.recent.push(text);
        if (this.recent.length > KEPT_LINES) this.recent.shift();
      }
    }
  }
}

/** `0.123`, `12.34`, `123.4`: seconds since the step began. */
function secondsSince({ started }: TraceStep, at: number): string {
  const seconds = Math.max(0, at - (started ?? at)) / 1000;
  return seconds.toFixed(seconds < 10 ? 3 : seconds < 100 ? 2 : 1);
}

/** The failed steps with their last output, as buildx repeats them. */
export function failedSteps(
  steps: readonly TraceStep[],
  logOf: (step: TraceStep) => StepLog,
): string {
  return steps
    .filter(({ error }) => error !== '' && !error.endsWith('context canceled'))
    .map((step) => ['------', ` > ${step.name}:`, ...logOf(step).recent, '------', ''].join('\n'))
    .join('');
}
