import { type IgnorePatterns, readIgnorePatterns } from '../contract/ignore-patterns.ts';
import { patternError } from './copy/pattern.ts';

/** Whether a path of the context (`a/b`, without a leading slash) is ignored. */
export type Ignores = (path: string) => boolean;

/** Parses the patterns of a `.dockerignore` or of `--exclude`. Throws EngineError 'invalid'. */
export function ignorePatterns(text: string): Ignores {
  return readPatterns(text).ignores;
}

/** The lines of a `.dockerignore` that have patterns. Throws EngineError 'invalid'. */
export function ignoreRules(text: string): IgnorePatterns['rules'] {
  return readPatterns(text).rules;
}

function readPatterns(text: string): IgnorePatterns {
  return patternError(() => readIgnorePatterns(text));
}
