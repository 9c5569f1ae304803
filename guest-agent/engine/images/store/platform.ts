import { EngineError } from '../../../errors.ts';
import {
  choosePlatform,
  nativePlatform,
  type Platform,
  platformName,
} from '../../../registry/platform.ts';

/**
 * One platform of an image is stored. Throws EngineError 'not-found', in Docker's words, when
 * another one is asked for.
 */
export function requirePlatform(image: Platform, name: string, wanted: Platform | undefined): void {
  const mismatch = platformMismatch(image, name, wanted);
  if (mismatch !== undefined) throw new EngineError('not-found', mismatch);
}

/** Docker's words for an image that has not the platform that is asked for, if one is. */
export function platformMismatch(
  image: Platform,
  name: string,
  wanted: Platform | undefined,
): string | undefined {
  if (wanted === undefined || choosePlatform(wanted, [image]) === 0) return undefined;
  return `image with reference ${name} was found but its platform (${platformName(image)}) does not match the specified platform (${platformName(wanted)})`;
}

/** A warning, in Docker's words, about an image that the machine can only emulate. */
export function foreignPlatformWarnings(image: Platform): string[] {
  const native = nativePlatform();
  if (choosePlatform(native, [image]) === 0) return [];
  return [
    `The requested image's platform (${platformName(image)}) does not match the detected host platform (${platformName(native)}) and no specific platform was requested`,
  ];
}
