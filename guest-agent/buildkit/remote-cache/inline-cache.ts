import type { CacheSteps } from './cache-content.ts';
import { cacheRecords, isWithin } from './cache-records.ts';

/**
 * The steps whose files an image has, for the image's configuration. Undefined if it has none.
 * Their layers are the image's, by their places.
 */
export function inlineCache(
  used: Pick<CacheSteps, 'steps' | 'hashes'>,
  layers: readonly string[],
): string | undefined {
  const placeOf = (chain: readonly string[]) =>
    chain.length > 0 && isWithin(chain, [layers]) ? chain.length - 1 : undefined;
  const records = cacheRecords(used, placeOf);
  if (!records.some(({ layers: found }) => found !== undefined)) return undefined;
  return Buffer.from(JSON.stringify(records)).toString('base64');
}
