/** The limit for a `.dockerignore` pattern, or for one part of a `COPY` source, in characters. */
const MAX_PATTERN_LENGTH = 4096;

/** One part of a pattern. */
export type GlobToken =
  | { readonly kind: 'char'; readonly char: string }
  /** `[a-z]`, `[^a-z]`. Also matches a slash. */
  | {
      readonly kind: 'set';
      readonly negated: boolean;
      readonly ranges: readonly [string, string][];
    }
  /** One character, or any number of characters, without slashes. */
  | { readonly kind: 'one' | 'star' }
  /** The same, with slashes. */
  | { readonly kind: 'any' | 'rest' }
  /** Any number of whole directories: nothing, or text that ends in a slash. */
  | { readonly kind: 'deep' };

/** A pattern that isn't valid or is too long. */
export class PatternError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PatternError';
  }
}

/** In Go's words. */
const syntaxError = () => new PatternError('syntax error in pattern');

/** Throws PatternError. */
export function checkPatternLength(pattern: string): void {
  if (pattern.length <= MAX_PATTERN_LENGTH) return;
  throw new PatternError(
    `pattern "${pattern.slice(0, 40)}…" is too long: it has ${pattern.length} characters, and the limit is ${MAX_PATTERN_LENGTH}`,
  );
}

/**
 * The token at a position of a pattern that isn't a `*`, and the position after it, as in Go's
 * `filepath.Match`. Throws PatternError.
 */
export function tokenAt(
  chars: readonly string[],
  at: number,
  escapes = true,
): { token: GlobToken; end: number } {
  const char = chars[at] ?? '';
  if (char === '?') return { token: { kind: 'one' }, end: at + 1 };
  if (char === '[') return setAt(chars, at, escapes);
  if (char !== '\\' || !escapes) return { token: { kind: 'char', char }, end: at + 1 };
  const escaped = chars[at + 1];
  if (escaped === undefined) throw syntaxError();
  return { token: { kind: 'char', char: escaped }, end: at + 2 };
}

function setAt(
  chars: readonly string[],
  open: number,
  escapes: boolean,
): { token: GlobToken; end: number } {
  const negated = chars[open + 1] === '^';
  let at = open + (negated ? 2 : 1);
  const next = (): string => {
    let char = chars[at++];
    if (char === '-' || char === ']') throw syntaxError();
    if (char === '\\' && escapes) char = chars[at++];
    if (char === undefined) throw syntaxError();
    return char;
  };
  const ranges: [string, string][] = [];
  do {
    const low = next();
    let high = low;
    if (chars[at] === '-') {
      at++;
      high = next();
    }
    ranges.push([low, high]);
  } while (chars[at] !== ']');
  return { token: { kind: 'set', negated, ranges }, end: at + 1 };
}

export function takes(token: GlobToken, char: string): boolean {
  switch (token.kind) {
    case 'char':
      return token.char === char;
    case 'one':
      return char !== '/';
    case 'set': {
      const code = codeOf(char);
      const within = token.ranges.some(
        ([low, high]) => codeOf(low) <= code && code <= codeOf(high),
      );
      return within !== token.negated;
    }
    default:
      return token.kind === 'any';
  }
}

const codeOf = (char: string) => char.codePointAt(0) ?? 0;
