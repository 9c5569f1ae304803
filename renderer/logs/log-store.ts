import type { LogLine } from '../../electron/api/logs.ts';
import { plainText, styleAfter, withoutControls } from './ansi.ts';

/** The container that a line comes from, when there are several. */
export interface LineSource {
  readonly name: string;
  /** Distinguishes the sources: 0 and up. */
  readonly tone: number;
}

/** A line as it is shown. */
export interface StoredLine {
  /** Absent in the log of a single container. */
  readonly source?: LineSource | undefined;
  readonly stream: LogLine['stream'];
  /** RFC 3339. */
  readonly at: string;
  /** With its styles, preceded by those that an earlier line left on. */
  readonly text: string;
  /** Without styles. */
  readonly plain: string;
}

export type SourcedLine = LogLine & Pick<StoredLine, 'source'>;

/** Maximum number of lines that are kept. */
export const MOST_LINES = 200_000;
/** Number of the oldest lines that are dropped at a time: each time copies the rest. */
const DROPPED_AT_ONCE = 20_000;

/** The lines of a log in memory. A line keeps its number when older lines are dropped. */
export class LogStore {
  #lines: StoredLine[] = [];
  #unfinished: readonly StoredLine[] = [];
  #first = 0;
  /** The styles that the last line of each stream left on, by source and stream. */
  readonly #styles = new Map<string, string>();
  #sourceWidth = 0;
  #caughtUp = false;
  readonly #listeners = new Set<() => void>();

  /** The number of the oldest line that is kept: how many lines were dropped. */
  get first(): number {
    return this.#first;
  }

  /** The number of the next line. */
  get end(): number {
    return this.#first + this.#lines.length;
  }

  /** Number of lines to show, with unfinished lines at the end. */
  get count(): number {
    return this.#lines.length + this.#unfinished.length;
  }

  /** The line with this number. */
  line(number: number): StoredLine | undefined {
    const index = number - this.#first;
    return this.#lines[index] ?? this.#unfinished[index - this.#lines.length];
  }

  /** Characters of the longest source name. */
  get sourceWidth(): number {
    return this.#sourceWidth;
  }

  /** Whether everything written before the log was opened has arrived. */
  get caughtUp(): boolean {
    return this.#caughtUp;
  }

  /** `caughtUp`: these are the last lines written before the log was opened. */
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

  /** The whole log as text, line by line. */
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
