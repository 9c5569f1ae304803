import type { Images } from '../engine/images/images.ts';
import type { StoredImage } from '../engine/images/store/stored-image.ts';
import { EngineError } from '../errors.ts';
import type { Platform } from '../registry/platform.ts';
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
  const present = findImage(images, name, platform);
  // An image can't be pulled by ID.
  if (present !== undefined && (!always || isIdOf(present, name))) return present;
  const reference = withDefaultTag(parseReference(name));
  const credentials = await options.credentials(reference.domain);
  const { mirrorCredentials } = options;
  const request = {
    ...{ reference, platform, credentials },
    ...(mirrorCredentials === undefined ? {} : { mirrorCredentials }),
  };
  const pull = images.pull(request, signal);
  for await (const message of pull) yield { kind: 'pull', message };
  // A repository without an index can have an image of another platform; the pull has warned.
  const pulled = familiarName(reference);
  return findImage(images, pulled, platform) ?? images.resolve(pulled);
}

/** The image with a name or an ID, if the engine has it for the platform. */
export function findImage(
  images: Images,
  name: string,
  platform?: Platform,
): StoredImage | undefined {
  try {
    return images.resolve(name, platform);
  } catch (error) {
    if (error instanceof EngineError && error.code === 'not-found') return undefined;
    throw error;
  }
}

function isIdOf({ id }: StoredImage, name: string): boolean {
  return id === name || id === `sha256:${name}`;
}
