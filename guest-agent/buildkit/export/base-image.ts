import type { ImageStore } from '../../engine/images/store/image-store.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';

/** The image that a built image began with. Undefined after `FROM scratch`. */
export function baseOf(
  store: Pick<ImageStore, 'get' | 'isAsPulled'>,
  image: StoredImage,
): StoredImage | undefined {
  // A stage without steps is the image that it begins with.
  if (image.record.parent === undefined) return store.isAsPulled(image.id) ? image : undefined;
  let base = store.get(image.record.parent);
  // The classic builder makes an image of each step.
  while (base?.record.buildStep !== undefined) {
    const parent: string | undefined = base.record.parent;
    base = parent === undefined ? undefined : store.get(parent);
  }
  return base;
}
