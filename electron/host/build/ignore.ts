import { PatternError } from '../../../guest-agent/contract/glob-token.ts';
import { readIgnorePatterns } from '../../../guest-agent/contract/ignore-patterns.ts';
import { HostError } from '../base/errors.ts';

/** Which files of a directory are sent to a build. */
export interface ContextFilter {
  /** Paths are relative, with forward slashes. */
  readonly isSent: (path: string) => boolean;
  /** Whether something below a directory that is left out may be sent all the same. */
  readonly mayHoldSent: (directory: string) => boolean;
}

/**
 * Follows the patterns of a `.dockerignore`, of which the last one that fits decides. `always`
 * names files that are sent whatever the patterns say. Throws HostError 'invalid'.
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
