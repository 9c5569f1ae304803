import dockerignore from '@balena/dockerignore';

/** Which files of a directory are sent to a build. */
export interface ContextFilter {
  /** Paths are relative, with forward slashes. */
  readonly isSent: (path: string) => boolean;
  /** Whether something below a directory that is left out may be sent all the same. */
  readonly mayHoldSent: (directory: string) => boolean;
}

/**
 * Follows the patterns of a `.dockerignore`, of which the last one that fits decides. `always`
 * names files that are sent whatever the patterns say.
 */
export function contextFilter(patterns: string, always: readonly string[]): ContextFilter {
  const text = patterns.replace(/^\uFEFF/, '');
  const rules = dockerignore.default({ ignorecase: false }).add(text);
  const sent = new Set(always);
  const exceptions = text
    .split(/\r?\n/)
    .map((line) => /^\s*!\s*\/?(.*?)\/?\s*$/.exec(line)?.[1])
    .filter((line) => line !== undefined)
    .concat(always);
  return {
    isSent: (path) => sent.has(path) || !rules.ignores(path),
    mayHoldSent: (directory) =>
      exceptions.some((path) => `${path}/`.startsWith(`${directory}/`) || /[*?[]/.test(path)),
  };
}
