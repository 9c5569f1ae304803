import type { CacheSteps } from './cache-content.ts';
import { cacheRecords, isWithin } from './cache-records.ts';

/**
 * The steps whose files an image has, for the image's configuration. Undefined if it has none.
 * Their layers are the image's, by their places.
 */
export function inlineCache(
  { steps, aliases }: Pick<CacheSteps, 'steps' | 'aliases'>,
  layers: readonly string[],
): string | undefined {
  const placeOf = (chain: readonly string[]) =>
    chain.length > 0 && isWithin(chain, [layers]) ? chain.length - 1 : undefined;
  const records = cacheRecords(steps, aliases, placeOf);
  if (!records.some(({ layers: found }) => found !== undefined)) return undefined;
  return Buffer.from(JSON.stringify(records)).toString('base64');
}
