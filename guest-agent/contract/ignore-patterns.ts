import { posix } from 'node:path';
import { Glob } from './glob.ts';
import { checkPatternLength, type GlobToken, PatternError, tokenAt } from './glob-token.ts';

/** A line of a `.dockerignore`. */
export interface IgnoreRule {
  /** The pattern as written, without `!` and without slashes at its ends. */
  readonly pattern: string;
  /** Whether the line begins with `!`: its files are included despite earlier lines. */
  readonly isException: boolean;
}

/** The patterns of a `.dockerignore`, or of `--exclude`, as Docker's patternmatcher reads them. */
export interface IgnorePatterns {
  readonly rules: readonly IgnoreRule[];
  /**
   * Whether a path of the context (`a/b`, without a leading slash) is ignored. The last rule that
   * matches decides.
   */
  readonly ignores: (path: string) => boolean;
}

/** Each file of a context is compared with all patterns. */
const MAX_LENGTH = 128 << 10;

/**
 * Reads patterns, one per line. On Windows, a backslash is a slash and escapes nothing. Throws
 * PatternError.
 */
export function readIgnorePatterns(
  text: string,
  { windows = false }: { windows?: boolean } = {},
): IgnorePatterns {
  const rules = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap((line) => ruleOf(line, windows));
  const length = rules.reduce((sum, { pattern }) => sum + pattern.length, 0);
  if (length > MAX_LENGTH) {
    throw new PatternError(
      `the patterns have ${length} characters, and the limit is ${MAX_LENGTH}`,
    );
  }
  const globs = rules.map(({ pattern }) => new Glob(tokensOf(pattern, !windows)));
  return {
    rules,
    ignores: (path) => {
      const decisive = globs.findLastIndex((glob) => glob.matchesPathOrParent(path));
      return rules[decisive]?.isException === false;
    },
  };
}

function ruleOf(line: string, windows: boolean): IgnoreRule[] {
  if (line.startsWith('#')) return [];
  const trimmed = line.trim();
  const isException = trimmed.startsWith('!');
  const written = isException ? trimmed.slice(1).trim() : trimmed;
  if (written === '' && isException) throw new PatternError('illegal exclusion pattern: "!"');
  if (written === '') return [];
  checkPatternLength(written);
  const clean = posix.normalize(windows ? written.replaceAll('\\', '/') : written);
  const pattern = clean.length > 1 && clean.endsWith('/') ? clean.slice(0, -1) : clean;
  const relative = pattern.length > 1 && pattern.startsWith('/') ? pattern.slice(1) : pattern;
  return [{ pattern: relative, isException }];
}

function tokensOf(pattern: string, escapes: boolean): GlobToken[] {
  const chars = [...pattern];
  const tokens: GlobToken[] = [];
  for (let at = 0; at < chars.length; ) {
    if (chars[at] !== '*') {
      const { token, end } = tokenAt(chars, at, escapes);
      tokens.push(token);
      at = end;
    } else if (chars[at + 1] !== '*') {
      tokens.push({ kind: 'star' });
      at++;
    } else {
      // `**/` includes its slash.
      at += chars[at + 2] === '/' ? 3 : 2;
      tokens.push({ kind: at === chars.length ? 'rest' : 'deep' });
    }
  }
  // `**.md` alone matches the end of any path; `**/x` matches a whole name.
  const [first, ...others] = tokens;
  const isEnd = pattern.startsWith('**') && pattern[2] !== '/';
  if (isEnd && first?.kind === 'deep' && others.every(({ kind }) => kind === 'char')) {
    return [{ kind: 'rest' }, ...others];
  }
  return tokens;
}
