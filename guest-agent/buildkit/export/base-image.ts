import type { ImageStore } from '../../engine/images/store/image-store.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';

/** The image that a built image began with. Undefined after `FROM scratch`. */
export function baseOf(
  store: Pick<ImageStore, 'get'>,
  image: StoredImage,
): StoredImage | undefined {
  let base: StoredImage | undefined = image;
  while (base?.record.buildStep !== undefined) {
    const parent: string | undefined = base.record.parent;
    base = parent === undefined ? undefined : store.get(parent);
  }
  return base;
}
