import { EngineError } from '../../errors.ts';
import {
  choosePlatform,
  nativePlatform,
  type Platform,
  platformName,
} from '../../registry/platform.ts';

/**
 * One platform of an image is stored. Throws EngineError 'not-found', in Docker's words, when
 * another one is asked for.
 */
export function requirePlatform(image: Platform, name: string, wanted: Platform | undefined): void {
  if (wanted === undefined || choosePlatform(wanted, [image]) === 0) return;
  throw new EngineError(
    'not-found',
    `image with reference ${name} was found but its platform (${platformName(image)}) does not match the specified platform (${platformName(wanted)})`,
  );
}

/** A warning, in Docker's words, about an image that the machine can only emulate. */
export function foreignPlatformWarnings(image: Platform): string[] {
  const native = nativePlatform();
  if (choosePlatform(native, [image]) === 0) return [];
  return [
    `The requested image's platform (${platformName(image)}) does not match the detected host platform (${platformName(native)}) and no specific platform was requested`,
  ];
}
