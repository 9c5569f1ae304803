import { Glob } from '../../contract/glob.ts';
import {
  checkPatternLength,
  type GlobToken,
  PatternError,
  tokenAt,
} from '../../contract/glob-token.ts';
import { EngineError } from '../../errors.ts';

/** Whether a source is a pattern. */
export function isPattern(path: string): boolean {
  return /[*?[]/.test(path);
}

/**
 * Go's `filepath.Match` for one part of a path: `*`, `?`, `[a-z]`, `[^a-z]` and backslash. Throws
 * EngineError 'invalid' for a pattern that isn't valid, or too long.
 */
export function namePattern(pattern: string): Glob {
  patternError(() => checkPatternLength(pattern));
  const chars = [...pattern];
  const tokens: GlobToken[] = [];
  for (let at = 0; at < chars.length; ) {
    if (chars[at] === '*') {
      tokens.push({ kind: 'star' });
      at++;
    } else {
      const { token, end } = patternError(() => tokenAt(chars, at));
      tokens.push(token);
      at = end;
    }
  }
  return new Glob(tokens);
}

/** Turns an error of a pattern in `read` into an EngineError. */
export function patternError<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof PatternError)) throw cause;
    throw new EngineError('invalid', cause.message, { cause });
  }
}
