import type { Container, Pod } from 'kubernetes-types/core/v1.js';
import type { Images } from '../../../engine/images/images.ts';
import type { StoredImage } from '../../../engine/images/store/stored-image.ts';
import { EngineError } from '../../../errors.ts';
import {
  canonicalName,
  parseReference,
  type Reference,
  withDefaultTag,
} from '../../../registry/reference.ts';
import type { Stored } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { goDuration } from '../lifecycle/back-off.ts';
import { messageOf, PodError } from '../pod-error.ts';
import { pullCredentials } from './pull-secrets.ts';

export type Say = (type: 'Normal' | 'Warning', reason: string, message: string) => void;

/**
 * The image of a container, pulled if its policy says so. Throws PodError with the kubelet's
 * reasons. `say` records events.
 */
export async function obtainImage(
  { images, objects }: { readonly images: Images; readonly objects: Objects },
  pod: Stored<Pod>,
  container: Container,
  say: Say,
  signal: AbortSignal,
): Promise<StoredImage> {
  const name = container.image ?? '';
  const reference = parsed(name, say);
  const policy = container.imagePullPolicy ?? defaultPolicy(reference);
  const present = presentImage(images, name);
  if (present && policy !== 'Always') {
    say('Normal', 'Pulled', `Container image "${name}" already present on machine`);
    return present;
  }
  if (policy === 'Never') {
    const message = `Container image "${name}" is not present with pull policy of Never`;
    say('Warning', 'ErrImageNeverPull', message);
    throw new PodError('ErrImageNeverPull', message);
  }
  say('Normal', 'Pulling', `Pulling image "${name}"`);
  const begun = Date.now();
  try {
    const credentials = pullCredentials(objects, pod, reference.domain);
    for await (const _ of images.pull({ reference, platform: undefined, credentials }, signal)) {
      signal.throwIfAborted();
    }
    const image = images.resolve(name);
    const took = goDuration(Date.now() - begun);
    say(
      'Normal',
      'Pulled',
      `Successfully pulled image "${name}" in ${took} (${took} including waiting)`,
    );
    return image;
  } catch (cause) {
    signal.throwIfAborted();
    const message = `Failed to pull image "${name}": ${messageOf(cause)}`;
    say('Warning', 'Failed', message);
    say('Warning', 'Failed', 'Error: ErrImagePull');
    throw new PodError('ErrImagePull', messageOf(cause), { cause });
  }
}

function parsed(name: string, say: Say): Reference {
  try {
    return withDefaultTag(parseReference(name));
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    const message = `Failed to apply default image tag "${name}": couldn't parse image name "${name}": ${cause.message}`;
    say('Warning', 'InspectFailed', message);
    say('Warning', 'Failed', 'Error: InvalidImageName');
    throw new PodError('InvalidImageName', message, { cause });
  }
}

/** `latest` can change, so it is always pulled. */
function defaultPolicy({ tag, digest }: Reference): 'Always' | 'IfNotPresent' {
  return digest === undefined && tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function presentImage(images: Images, name: string): StoredImage | undefined {
  try {
    return images.resolve(name);
  } catch (error) {
    if (error instanceof EngineError && error.code === 'not-found') return undefined;
    throw error;
  }
}

/** `imageID` of a container's status: the name with the digest in its registry, or the image's ID. */
export function imageId(images: Images, id: string): string {
  const named = images.store.namesOf(id).find(({ digest }) => digest !== undefined);
  return named ? canonicalName(named) : id;
}
