import type { SourcedLine } from './log-store.ts';

/**
 * Joins the lines of several logs. Earlier lines wait until all logs have delivered theirs, and are
 * then sorted by time. Later lines pass at once.
 */
export class MergedLines {
  readonly #pass: (lines: readonly SourcedLine[], caughtUp: boolean) => void;
  readonly #behind: Set<number>;
  #waiting: SourcedLine[] = [];

  constructor(count: number, pass: (lines: readonly SourcedLine[], caughtUp: boolean) => void) {
    this.#pass = pass;
    this.#behind = new Set(Array.from({ length: count }, (_, log) => log));
  }

  /** `caughtUp`: the log has delivered all of its earlier lines. */
  add(log: number, lines: readonly SourcedLine[], caughtUp: boolean): void {
    if (this.#behind.size === 0) {
      this.#pass(lines, true);
      return;
    }
    this.#waiting.push(...lines);
    if (caughtUp) this.#behind.delete(log);
    if (this.#behind.size > 0) return;
    // Times are RFC 3339 with nanoseconds, all in UTC: their texts sort like the times.
    const sorted = this.#waiting.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    this.#waiting = [];
    this.#pass(sorted, true);
  }
}
