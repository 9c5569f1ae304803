import { Glob } from '../../contract/glob.ts';
import type { GlobToken } from '../../contract/glob-token.ts';

/** A shell pattern: `*` and `?`, which take slashes too, and backslash. */
export function shellPattern(pattern: string): GlobToken[] {
  const chars = [...pattern];
  const tokens: GlobToken[] = [];
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] ?? '';
    if (char === '*') tokens.push({ kind: 'rest' });
    else if (char === '?') tokens.push({ kind: 'any' });
    else {
      // A backslash at the very end is itself.
      if (char === '\\' && at + 1 < chars.length) at++;
      tokens.push({ kind: 'char', char: chars[at] ?? '' });
    }
  }
  return tokens;
}

/** `${value#pattern}`, and with `longest` `##`: without the beginning that fits. */
export function trimStart(value: string, pattern: string, longest: boolean): string {
  const start = new Glob(shellPattern(pattern)).prefixOf(value, longest);
  return value.slice(start?.length ?? 0);
}

/** `${value%pattern}`, and with `longest` `%%`: without the end that fits. */
export function trimEnd(value: string, pattern: string, longest: boolean): string {
  // From the end it is a beginning.
  const backwards = [...value].reverse().join('');
  const end = new Glob(shellPattern(pattern).reverse()).prefixOf(backwards, longest);
  return value.slice(0, value.length - (end?.length ?? 0));
}

/** `${value/pattern/replacement}`, and with `all` `//`. */
export function replacePattern(
  value: string,
  pattern: string,
  replacement: string,
  all: boolean,
): string {
  return new Glob(shellPattern(pattern)).replaceIn(value, replacement, all);
}
