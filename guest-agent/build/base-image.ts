import type { Images } from '../engine/images/images.ts';
import type { StoredImage } from '../engine/images/store/stored-image.ts';
import { EngineError } from '../errors.ts';
import { choosePlatform, type Platform } from '../registry/platform.ts';
import { familiarName, parseReference, withDefaultTag } from '../registry/reference.ts';
import type { BuildOptions } from './options.ts';
import type { BasePull, Progress } from './session.ts';

/** Pulls a base image unless the engine has it. */
export async function* pullMissing(
  images: Images,
  options: BuildOptions,
  { name, always, platform = options.platform }: BasePull,
  signal: AbortSignal,
): Progress<StoredImage> {
  const present = findImage(images, name);
  const fits = present !== undefined && runsOn(present, platform);
  // An image can't be pulled by ID.
  if (present !== undefined && ((fits && !always) || isIdOf(present, name))) return present;
  const reference = withDefaultTag(parseReference(name));
  const credentials = await options.credentials(reference.domain);
  const { mirrorCredentials } = options;
  const request = {
    ...{ reference, platform, credentials },
    ...(mirrorCredentials === undefined ? {} : { mirrorCredentials }),
  };
  const pull = images.pull(request, signal);
  for await (const message of pull) yield { kind: 'pull', message };
  return images.resolve(familiarName(reference));
}

/** The image with a name or an ID, if the engine has it. */
export function findImage(images: Images, name: string): StoredImage | undefined {
  try {
    return images.resolve(name);
  } catch (error) {
    if (error instanceof EngineError && error.code === 'not-found') return undefined;
    throw error;
  }
}

/** Whether an image is for a platform. A build that names no platform takes any. */
function runsOn(image: StoredImage, platform: Platform | undefined): boolean {
  return platform === undefined || choosePlatform(platform, [image]) === 0;
}

function isIdOf({ id }: StoredImage, name: string): boolean {
  return id === name || id === `sha256:${name}`;
}
