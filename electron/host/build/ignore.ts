import { PatternError } from '../../../guest-agent/contract/glob-token.ts';
import { readIgnorePatterns } from '../../../guest-agent/contract/ignore-patterns.ts';
import { HostError } from '../base/errors.ts';

/** Decides which files of a directory are sent to a build. */
export interface ContextFilter {
  /** Paths are relative, with forward slashes. */
  readonly isSent: (path: string) => boolean;
  /** Whether an excluded directory may contain files that are sent anyway. */
  readonly mayHoldSent: (directory: string) => boolean;
}

/**
 * Applies the patterns of a `.dockerignore`; the last matching pattern decides. `always` names
 * files that are sent regardless of the patterns. Throws HostError 'invalid'.
 */
export function contextFilter(
  patterns: string,
  always: readonly string[],
  windows = process.platform === 'win32',
): ContextFilter {
  const { rules, ignores } = read(patterns, windows);
  const sent = new Set(always);
  const exceptions = rules
    .filter(({ isException }) => isException)
    .map(({ pattern }) => pattern)
    .concat(always);
  return {
    isSent: (path) => sent.has(path) || !ignores(path),
    mayHoldSent: (directory) =>
      exceptions.some((path) => `${path}/`.startsWith(`${directory}/`) || /[*?[]/.test(path)),
  };
}

function read(patterns: string, windows: boolean) {
  try {
    return readIgnorePatterns(patterns, { windows });
  } catch (cause) {
    if (!(cause instanceof PatternError)) throw cause;
    throw new HostError('invalid', `.dockerignore: ${cause.message}`, { cause });
  }
}
