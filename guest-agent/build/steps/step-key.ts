import { createHash } from 'node:crypto';
import type { Image } from '../../engine/images/store/image.ts';

/** The key of the files of an image: by content, so that two names of an image have one cache. */
export function imageKey(image: Pick<Image, 'id' | 'layers'> | undefined): string {
  if (image === undefined) return stepKey('scratch');
  return image.layers.length === 0
    ? stepKey('image', image.id)
    : stepKey('layers', ...image.layers);
}

/** The key of a step, from all that its result depends on. */
export function stepKey(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
