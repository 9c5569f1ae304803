import type { LogStore, StoredLine } from './log-store.ts';

/** Lines that are searched at a time, so that no frame is late. */
const SLICE = 20_000;

/** Whether a line is wanted. */
export type LineTest = (line: StoredLine) => boolean;

/** Finds the lines of a log that pass a test, including lines that come later. */
export class LogSearch {
  readonly #store: LogStore;
  readonly #test: LineTest;
  readonly #changed: () => void;
  readonly #unsubscribe: () => void;
  #matches: number[] = [];
  #hasSearchedAll = false;
  #next: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(store: LogStore, test: LineTest, changed: () => void) {
    this.#store = store;
    this.#test = test;
    this.#changed = changed;
    this.#next = store.first;
    this.#unsubscribe = store.subscribe(() => this.#schedule());
    this.#schedule();
  }

  /** The numbers of the lines found so far, in order. Every change makes a new array. */
  get matches(): readonly number[] {
    return this.#matches;
  }

  /** Whether all lines that were there at first have been searched. */
  get hasSearchedAll(): boolean {
    return this.#hasSearchedAll;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#unsubscribe();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => this.#scan(), 0);
  }

  #scan(): void {
    this.#timer = undefined;
    const { first, end } = this.#store;
    const from = Math.max(this.#next, first);
    const to = Math.min(end, from + SLICE);
    const found: number[] = [];
    for (let number = from; number < to; number += 1) {
      const line = this.#store.line(number);
      if (line && this.#test(line)) found.push(number);
    }
    this.#next = to;
    const kept = this.#matches.filter((number) => number >= first);
    const isFirstEnd = to >= end && !this.#hasSearchedAll;
    this.#hasSearchedAll ||= isFirstEnd;
    const isChanged = found.length > 0 || kept.length < this.#matches.length;
    if (isChanged) this.#matches = kept.concat(found);
    if (isChanged || isFirstEnd) this.#changed();
    if (to < end) this.#schedule();
  }
}

/** Passes lines that contain a text in any case. */
export function containing(query: string): LineTest {
  const pattern = patternOf(query);
  return ({ plain }) => pattern.test(plain);
}

/** Finds the text itself: no character has a special meaning. */
export const patternOf = (query: string) =>
  new RegExp(query.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i');
