import { EngineError } from '../../errors.ts';

/** Whether a source names files by a pattern. */
export function isPattern(path: string): boolean {
  return /[*?[]/.test(path);
}

/**
 * Go's `filepath.Match` for one part of a path: `*`, `?`, `[a-z]`, `[^a-z]` and backslash. Throws
 * EngineError 'invalid' for a pattern that isn't one.
 */
export function namePattern(pattern: string): RegExp {
  let source = '';
  const token = /\\(.)|\[(\^?)((?:\\.|[^\]\\])+)\]|(.)/gsy;
  for (const [, escaped, negated, set, char] of pattern.matchAll(token)) {
    if (escaped !== undefined) source += literal(escaped);
    else if (set !== undefined) source += `[${negated}${characterSet(set)}]`;
    else if (char === '*') source += '[^/]*';
    else if (char === '?') source += '[^/]';
    else if (char === '[' || char === '\\') {
      throw new EngineError('invalid', `syntax error in pattern: ${pattern}`);
    } else source += literal(char ?? '');
  }
  return new RegExp(`^${source}$`, 'su');
}

function literal(char: string): string {
  return char.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
}

function characterSet(set: string): string {
  return set.replace(/\\(.)|([\]\\^[])/gs, (_, escaped?: string, special?: string) =>
    `${escaped ?? special}`.replace(/[\]\\^[-]/, '\\$&'),
  );
}
