import type { LogLine } from '../../electron/api/logs.ts';
import { plainText, styleAfter, withoutControls } from './ansi.ts';

/** Which of several containers a line is of. */
export interface LineSource {
  readonly name: string;
  /** Tells it from others: 0 and up. */
  readonly tone: number;
}

/** A line as it is shown. */
export interface StoredLine {
  /** Absent in the log of one container. */
  readonly source?: LineSource | undefined;
  readonly stream: LogLine['stream'];
  /** RFC 3339. */
  readonly at: string;
  /** With its styles, those that an earlier line left on in front. */
  readonly text: string;
  /** Without them. */
  readonly plain: string;
}

export type SourcedLine = LogLine & Pick<StoredLine, 'source'>;

/** So many lines are kept. */
export const MOST_LINES = 200_000;
/** The oldest are dropped so many at a time: each time costs a copy of the others. */
const DROPPED_AT_ONCE = 20_000;

/** The lines of a log in memory. Each has a number that stays the same when older ones are dropped. */
export class LogStore {
  #lines: StoredLine[] = [];
  #unfinished: readonly StoredLine[] = [];
  #first = 0;
  /** What the last line of a stream left on, by its name; with several containers, by theirs too. */
  readonly #styles = new Map<string, string>();
  #sourceWidth = 0;
  #caughtUp = false;
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

  /** The characters of the longest name of a source. */
  get sourceWidth(): number {
    return this.#sourceWidth;
  }

  /** Whether all that was written before the log was opened is here. */
  get caughtUp(): boolean {
    return this.#caughtUp;
  }

  /** `caughtUp`: these are the last of those that were written before the log was opened. */
  add(lines: readonly SourcedLine[], unfinished: readonly LogLine[], caughtUp = true): void {
    this.#caughtUp ||= caughtUp;
    for (const line of lines) {
      const stored = this.#stored(line);
      this.#lines.push(stored);
      this.#sourceWidth = Math.max(this.#sourceWidth, stored.source?.name.length ?? 0);
      const stream = streamOf(line);
      this.#styles.set(stream, styleAfter(this.#styles.get(stream) ?? '', line.text));
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
      .map(({ source, at, plain }) => {
        const name = source ? `${source.name.padEnd(this.#sourceWidth)} | ` : '';
        return `${name}${timestamps ? `${at} ` : ''}${plain}\n`;
      })
      .join('');
  }

  /** Calls back each time that lines come, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #stored(line: SourcedLine): StoredLine {
    const { source, stream, at } = line;
    const clean = withoutControls(line.text);
    const text = (this.#styles.get(streamOf(line)) ?? '') + clean;
    return { source, stream, at, text, plain: plainText(clean) };
  }
}

const streamOf = ({ source, stream }: SourcedLine) => `${source?.name ?? ''} ${stream}`;
