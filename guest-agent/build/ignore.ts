import { readIgnorePatterns } from '../contract/ignore-patterns.ts';
import { patternError } from './copy/pattern.ts';

/** Whether a path of the context (`a/b`, without a leading slash) is ignored. */
export type Ignores = (path: string) => boolean;

/** Parses the patterns of a `.dockerignore` or of `--exclude`. Throws EngineError 'invalid'. */
export function ignorePatterns(text: string): Ignores {
  return patternError(() => readIgnorePatterns(text)).ignores;
}
