import type { LogLine } from '../../electron/api/logs.ts';
import { plainText, styleAfter, withoutControls } from './ansi.ts';

/** A line as it is shown. */
export interface StoredLine {
  readonly stream: LogLine['stream'];
  /** RFC 3339. */
  readonly at: string;
  /** With its styles, those that an earlier line left on in front. */
  readonly text: string;
  /** Without them. */
  readonly plain: string;
}

/** So many lines are kept. */
export const MOST_LINES = 200_000;
/** The oldest are dropped so many at a time: each time costs a copy of the others. */
const DROPPED_AT_ONCE = 20_000;

/** The lines of a log in memory. Each has a number that stays the same when older ones are dropped. */
export class LogStore {
  #lines: StoredLine[] = [];
  #unfinished: readonly StoredLine[] = [];
  #first = 0;
  readonly #styles = { stdout: '', stderr: '' };
  readonly #listeners = new Set<() => void>();

  /** The number of the oldest line that is kept, which is how many were dropped. */
  get first(): number {
    return this.#first;
  }

  /** The number that the next line gets. */
  get end(): number {
    return this.#first + this.#lines.length;
  }

  /** How many lines there are to show: unfinished ones come last. */
  get count(): number {
    return this.#lines.length + this.#unfinished.length;
  }

  /** The line with this number. */
  line(number: number): StoredLine | undefined {
    const index = number - this.#first;
    return this.#lines[index] ?? this.#unfinished[index - this.#lines.length];
  }

  add(lines: readonly LogLine[], unfinished: readonly LogLine[]): void {
    for (const line of lines) {
      this.#lines.push(this.#stored(line));
      this.#styles[line.stream] = styleAfter(this.#styles[line.stream], line.text);
    }
    this.#unfinished = unfinished.map((line) => this.#stored(line));
    const tooMany = this.#lines.length - MOST_LINES;
    if (tooMany > 0) {
      const dropped = tooMany + DROPPED_AT_ONCE;
      this.#lines = this.#lines.slice(dropped);
      this.#first += dropped;
    }
    for (const listener of this.#listeners) listener();
  }

  /** All of it as text, a line a line. */
  toText({ timestamps }: { timestamps: boolean }): string {
    return [...this.#lines, ...this.#unfinished]
      .map(({ at, plain }) => `${timestamps ? `${at} ` : ''}${plain}\n`)
      .join('');
  }

  /** Calls back each time that lines come, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #stored({ stream, at, text }: LogLine): StoredLine {
    const clean = withoutControls(text);
    return { stream, at, text: this.#styles[stream] + clean, plain: plainText(clean) };
  }
}
