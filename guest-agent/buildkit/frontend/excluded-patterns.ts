import { ignoreRules } from '../../build/ignore.ts';

/**
 * The patterns of a `.dockerignore` in the form that clients match: clients don't know comments, nor
 * patterns such as `/secret` and `! public`. Throws EngineError 'invalid'.
 */
export function excludedPatterns(text: string): string[] {
  return ignoreRules(text).map(({ pattern, isException }) => `${isException ? '!' : ''}${pattern}`);
}
