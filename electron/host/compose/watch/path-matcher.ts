import { basename, isAbsolute, relative, resolve, sep } from 'node:path';
import { readIgnorePatterns } from '../../../../guest-agent/contract/ignore-patterns.ts';

/** Tells whether patterns match a path of this host. */
export interface PathMatcher {
  readonly matches: (path: string) => boolean;
  /** Whether a pattern with `!` may take back what another one matches. */
  readonly hasExceptions: boolean;
}

const onWindows = process.platform === 'win32';

/**
 * Patterns in the form of `.dockerignore`, relative to `root`. Next to `*`, only the exceptions
 * count, as in Docker Compose. Throws PatternError.
 */
export function pathMatcher(root: string, patterns: readonly string[]): PathMatcher {
  const effective = patterns.includes('*')
    ? patterns.filter((pattern) => pattern.startsWith('!'))
    : patterns;
  const { ignores, rules } = readIgnorePatterns(
    effective.map((pattern) => relativeTo(root, pattern)).join('\n'),
    { windows: onWindows },
  );
  return {
    matches: (path) => {
      const inside = pathInside(root, path);
      return inside !== undefined && ignores(inside === '' ? basename(path) : inside);
    },
    hasExceptions: rules.some(({ isException }) => isException),
  };
}

/** `path` relative to `root`, with slashes, and empty for `root` itself. Undefined if outside. */
export function pathInside(root: string, path: string): string | undefined {
  const inside = relative(root, path);
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return undefined;
  return inside.replaceAll(sep, '/');
}

/** Patterns may be absolute paths of this host. */
function relativeTo(root: string, pattern: string): string {
  const isException = pattern.startsWith('!');
  const path = isException ? pattern.slice(1) : pattern;
  if (!isAbsolute(path)) return pattern;
  const inside = pathInside(root, resolve(path));
  // A path elsewhere never matches.
  return `${isException ? '!' : ''}${inside ?? path}`;
}
