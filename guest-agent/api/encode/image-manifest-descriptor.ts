import type { ContainerRecord } from '../../engine/containers/record/container.ts';
import type { Engine } from '../../engine/engine.ts';
import { EngineError } from '../../errors.ts';

/**
 * `ImageManifestDescriptor` of a container: the manifest of the image on the container's platform.
 * Undefined if the image was removed.
 */
export function imageManifestDescriptor(
  { images }: Pick<Engine, 'images'>,
  { image: id }: ContainerRecord,
) {
  try {
    const { manifest, os, architecture, variant } = images.resolve(id);
    const platform = { architecture, os, ...(variant === undefined ? {} : { variant }) };
    return manifest && { ...manifest, platform };
  } catch (error) {
    if (error instanceof EngineError && error.code === 'not-found') return undefined;
    throw error;
  }
}
