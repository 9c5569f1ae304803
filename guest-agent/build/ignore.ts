import { readIgnorePatterns } from '../contract/ignore-patterns.ts';
import { patternError } from './copy/pattern.ts';

/** Tells whether a path of the context (`a/b`, no slash in front) is left out. */
export type Ignores = (path: string) => boolean;

/** The patterns of a `.dockerignore`, or of `--exclude`. Throws EngineError 'invalid'. */
export function ignorePatterns(text: string): Ignores {
  return patternError(() => readIgnorePatterns(text)).ignores;
}
