import { patternError } from '../../build/copy/pattern.ts';
import { readIgnorePatterns } from '../../contract/ignore-patterns.ts';

/**
 * The patterns of a `.dockerignore` in the form that clients match: clients don't know comments, nor
 * patterns such as `/secret` and `! public`. Throws EngineError 'invalid'.
 */
export function excludedPatterns(text: string): string[] {
  return patternError(() => readIgnorePatterns(text)).rules.map(
    ({ pattern, isException }) => `${isException ? '!' : ''}${pattern}`,
  );
}
