import { EngineError } from '../../../errors.ts';
import {
  choosePlatform,
  nativePlatform,
  type Platform,
  platformName,
} from '../../../registry/platform.ts';

/**
 * Throws EngineError 'not-found', in Docker's words, if an image doesn't have the wanted platform.
 */
export function requirePlatform(image: Platform, name: string, wanted: Platform | undefined): void {
  const mismatch = platformMismatch(image, name, wanted);
  if (mismatch !== undefined) throw new EngineError('not-found', mismatch);
}

/** Docker's error for a platform that none of an image's stored platforms matches. */
export function missingPlatform(
  images: readonly Platform[],
  name: string,
  wanted: Platform,
): EngineError {
  const [only, second] = images;
  const one = second === undefined && only && platformMismatch(only, name, wanted);
  const several = `image with reference ${name} was found but does not provide the specified platform (${platformName(wanted)})`;
  return new EngineError('not-found', one || several);
}

/**
 * Docker's message for an image without the requested platform. Undefined if the platform matches
 * or none was requested.
 */
export function platformMismatch(
  image: Platform,
  name: string,
  wanted: Platform | undefined,
): string | undefined {
  if (wanted === undefined || choosePlatform(wanted, [image]) === 0) return undefined;
  return `image with reference ${name} was found but its platform (${platformName(image)}) does not match the specified platform (${platformName(wanted)})`;
}

/** Docker's warning about an image that the VM can only emulate. */
export function foreignPlatformWarnings(image: Platform): string[] {
  const native = nativePlatform();
  if (choosePlatform(native, [image]) === 0) return [];
  return [
    `The requested image's platform (${platformName(image)}) does not match the detected host platform (${platformName(native)}) and no specific platform was requested`,
  ];
}
