import { Glob } from '../../contract/glob.ts';
import { type GlobToken, PatternError } from '../../contract/glob-token.ts';

/**
 * A shell pattern: `*` and `?`, which also match slashes, and backslash. Throws PatternError in
 * BuildKit's words.
 */
export function shellPattern(pattern: string): GlobToken[] {
  const chars = [...pattern];
  const tokens: GlobToken[] = [];
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] ?? '';
    if (char === '*') tokens.push({ kind: 'rest' });
    else if (char === '?') tokens.push({ kind: 'any' });
    else {
      if (char === '\\') at++;
      const literal = chars[at];
      // The last two are escaped only because they would end the substitution.
      if (char === '\\' && (literal === undefined || !'*?\\}/'.includes(literal))) {
        throw new PatternError(`invalid escape '\\${literal ?? '\uFFFD'}'`);
      }
      tokens.push({ kind: 'char', char: literal ?? '' });
    }
  }
  return tokens;
}

/** `${value#pattern}`, or `##` with `longest`: removes the beginning that matches. */
export function trimStart(value: string, pattern: string, longest: boolean): string {
  const start = new Glob(shellPattern(pattern)).prefixOf(value, longest);
  return value.slice(start?.length ?? 0);
}

/** `${value%pattern}`, or `%%` with `longest`: removes the end that matches. */
export function trimEnd(value: string, pattern: string, longest: boolean): string {
  // Reversed, the end becomes the beginning.
  const backwards = [...value].reverse().join('');
  const end = new Glob(shellPattern(pattern).reverse()).prefixOf(backwards, longest);
  return value.slice(0, value.length - (end?.length ?? 0));
}

/** `${value/pattern/replacement}`, or `//` with `all`. */
export function replacePattern(
  value: string,
  pattern: string,
  replacement: string,
  all: boolean,
): string {
  return new Glob(shellPattern(pattern)).replaceIn(value, replacement, all);
}
