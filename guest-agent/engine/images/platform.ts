import { EngineError } from '../../errors.ts';
import { choosePlatform, type Platform, platformName } from '../../registry/platform.ts';
import type { StoredImage } from './image-store.ts';

/**
 * One platform of an image is stored. Throws EngineError 'not-found', in Docker's words, when
 * another one is asked for.
 */
export function requirePlatform(
  { document }: Pick<StoredImage, 'document'>,
  name: string,
  wanted: Platform | undefined,
): void {
  if (wanted === undefined || choosePlatform(wanted, [document]) === 0) return;
  throw new EngineError(
    'not-found',
    `image with reference ${name} was found but its platform (${platformName(document)}) does not match the specified platform (${platformName(wanted)})`,
  );
}
