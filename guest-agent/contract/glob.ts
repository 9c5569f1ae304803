/**
 * Patterns with `*`, `?` and `[a-z]`. They come from Dockerfiles and `.dockerignore` files that
 * nobody has checked. A regular expression could take exponential time, so a match advances all its
 * states together, one character at a time. Nothing can interrupt a match, so its size is limited
 * too.
 */

import { type GlobToken, PatternError, takes } from './glob-token.ts';

/** The limit for a text's characters times a pattern's parts: less than a tenth of a second. */
const MAX_STEPS = 3_000_000;
/** The cost of a character with any pattern, in parts of a pattern. */
const PARTS_PER_CHARACTER = 8;
/** A search for all matches remembers where each of them began, which takes longer. */
const SEARCH_COST = 3;

/**
 * A pattern of tokens, ready to match. The time is proportional to the text's length times the
 * pattern's length. Methods that accept a text of any length throw PatternError if that is too
 * long.
 */
export class Glob {
  readonly #tokens: readonly GlobToken[];
  /** The text with which every match begins, and text that every match contains. */
  readonly #start: string;
  readonly #part: string;
  /** For each state, the step in which it was last entered: a step enters no state twice. */
  readonly #entered: Float64Array;
  readonly #waiting: Float64Array;
  /** The maximum number of comparisons for a character. */
  readonly #parts: number;
  #step = 0;

  constructor(written: readonly GlobToken[]) {
    const tokens = written.filter((token, index) => !repeats(token, written[index - 1]));
    this.#tokens = tokens;
    this.#start = literalsFrom(tokens);
    this.#part = literalsFrom([...tokens].reverse(), true);
    this.#entered = new Float64Array(tokens.length + 1);
    this.#waiting = new Float64Array(tokens.length + 1);
    this.#parts = tokens.reduce(
      (sum, token) => sum + (token.kind === 'set' ? token.ranges.length : 1),
      0,
    );
  }

  /** Whether the whole text matches. */
  matches(text: string): boolean {
    if (!text.startsWith(this.#start)) return false;
    this.#checkSteps(text);
    if (!this.#mayMatch(text)) return false;
    const chars = characters(text);
    let end = -1;
    this.#run(chars, (position) => {
      end = position;
      return false;
    });
    return end === chars.length;
  }

  /** Whether a path or one of its parent directories matches. The caller limits the pattern. */
  matchesPathOrParent(path: string): boolean {
    if (!this.#mayMatch(path)) return false;
    const chars = characters(path);
    let found = false;
    this.#run(chars, (position) => {
      found = position > 0 && (position === chars.length || chars[position] === '/');
      return found;
    });
    return found;
  }

  /** The shortest or the longest beginning of a text that matches. Undefined if none does. */
  prefixOf(text: string, longest: boolean): string | undefined {
    if (!text.startsWith(this.#start)) return undefined;
    this.#checkSteps(text);
    const chars = characters(text);
    let end: number | undefined;
    this.#run(chars, (position) => {
      end = position;
      return !longest;
    });
    return end === undefined ? undefined : joined(chars, 0, end);
  }

  /** Replaces matches with `replacement`: the first one, with its longest text, or all of them. */
  replaceIn(text: string, replacement: string, all: boolean): string {
    this.#checkSteps(text, SEARCH_COST);
    const chars = characters(text);
    const result: string[] = [];
    let from = 0;
    let last: number | undefined;
    while (from <= chars.length) {
      const found = this.#find(chars, from);
      if (found === undefined) break;
      const isEmpty = found.end === found.start;
      result.push(joined(chars, from, found.start));
      // As in Go, an empty match directly after another match doesn't count.
      if (!isEmpty || found.end !== last) result.push(replacement);
      last = found.end;
      from = found.end;
      if (isEmpty) result.push(joined(chars, from, ++from));
      if (!all) break;
    }
    return result.join('') + joined(chars, from, chars.length);
  }

  #checkSteps(text: string, cost = 1): void {
    if (text.length * (this.#parts + PARTS_PER_CHARACTER) * cost <= MAX_STEPS) return;
    throw new PatternError(
      `the pattern, with ${this.#parts} parts, is too long for a text of ${text.length} characters. Use a shorter pattern or a shorter text`,
    );
  }

  #mayMatch(text: string): boolean {
    return text.startsWith(this.#start) && text.includes(this.#part);
  }

  /** Calls `accept` with the end of each matching beginning, until it returns true. */
  #run(chars: Characters, accept: (position: number) => boolean): void {
    let states: number[] = [];
    this.#step++;
    this.#enter(0, states);
    for (let position = 0; ; position++) {
      if (this.#entered[this.#tokens.length] === this.#step && accept(position)) return;
      const char = chars[position];
      if (char === undefined || states.length === 0) return;
      const before = states;
      states = [];
      this.#step++;
      for (const state of before) this.#advance(state, char, states);
    }
  }

  /** Finds the first match, with its longest text. */
  #find(chars: Characters, from: number): { start: number; end: number } | undefined {
    const last = this.#tokens.length;
    let found: { start: number; end: number } | undefined;
    // Each state with the first position that leads to it. They are in order, so the first one
    // stays.
    let states: [state: number, start: number][] = [];
    for (let position = from; ; position++) {
      const char = chars[position];
      const next: [number, number][] = [];
      // States that an earlier position has entered in this step.
      if (found === undefined) {
        if (position === from) this.#step++;
        const entered: number[] = [];
        this.#enter(0, entered);
        for (const state of entered) states.push([state, position]);
      }
      const accepted = states.find(([state]) => state === last);
      if (accepted !== undefined && (found === undefined || accepted[1] <= found.start)) {
        found = { start: accepted[1], end: position };
      }
      const limit = found?.start;
      const alive = limit === undefined ? states : states.filter(([, start]) => start <= limit);
      if (char === undefined || (found !== undefined && alive.length === 0)) return found;
      this.#step++;
      for (const [state, start] of alive.sort(([, a], [, b]) => a - b)) {
        const entered: number[] = [];
        this.#advance(state, char, entered);
        for (const each of entered) next.push([each, start]);
      }
      states = next;
    }
  }

  /** Adds a state, and the states after it that need no character. */
  #enter(from: number, states: number[]): void {
    for (let state = from; this.#entered[state] !== this.#step; state++) {
      this.#entered[state] = this.#step;
      if (this.#waiting[state] !== this.#step) states.push(state);
      this.#waiting[state] = this.#step;
      const kind = this.#tokens[state]?.kind;
      if (kind !== 'star' && kind !== 'rest' && kind !== 'deep') return;
    }
  }

  #advance(state: number, char: string, states: number[]): void {
    const token = this.#tokens[state];
    switch (token?.kind) {
      case 'star':
        if (char !== '/') this.#enter(state, states);
        return;
      case 'rest':
        this.#enter(state, states);
        return;
      case 'deep':
        // Within a directory's name nothing can follow, only at its end.
        if (this.#waiting[state] !== this.#step) states.push(state);
        this.#waiting[state] = this.#step;
        if (char === '/') this.#enter(state + 1, states);
        return;
      default:
        if (token !== undefined && takes(token, char)) this.#enter(state + 1, states);
    }
  }
}

/** Several stars match what one of them does. */
function repeats({ kind }: GlobToken, before: GlobToken | undefined): boolean {
  return (kind === 'star' || kind === 'rest') && before?.kind === kind;
}

type Characters = string | readonly string[];

/** A text in which every character has one position. Most texts have that form already. */
function characters(text: string): Characters {
  return /[\ud800-\udfff]/.test(text) ? [...text] : text;
}

function joined(chars: Characters, start: number, end: number): string {
  return typeof chars === 'string' ? chars.slice(start, end) : chars.slice(start, end).join('');
}

function literalsFrom(tokens: readonly GlobToken[], reversed = false): string {
  const chars: string[] = [];
  for (const token of tokens) {
    if (token.kind !== 'char') break;
    chars.push(token.char);
  }
  return (reversed ? chars.reverse() : chars).join('');
}
