import type { ImageSummary } from '../../contract/engine-types.ts';
import type { Images } from '../../engine/images/images.ts';
import { createdAt } from '../../engine/images/store/filters.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { imageSize, sharedSize } from '../../engine/images/store/usage.ts';
import { familiarName, familiarRepository, type Reference } from '../../registry/reference.ts';

/** Numbers that take time to count. They are counted only for requests that ask for them. */
export interface Counts {
  /** Containers created from the image. */
  readonly containers: number;
  /** Bytes that other images use too. */
  readonly sharedSize: number;
}

/** One image of a list. Numbers that weren't counted are -1, as clients expect. */
export function imageSummary(
  images: Images,
  image: StoredImage,
  counts?: Counts,
  isShown?: (name: Reference) => boolean,
): ImageSummary {
  return {
    Id: image.id,
    ParentId: image.record.parent ?? '',
    ...imageNames(images, image.id, isShown),
    Created: Math.floor(createdAt(image) / 1000),
    Size: imageSize(images.layers, image),
    SharedSize: counts?.sharedSize ?? -1,
    Labels: { ...image.config.Labels },
    Containers: counts?.containers ?? -1,
  };
}

export function countsOf(images: Images, image: StoredImage): Counts {
  return {
    containers: images.containersOf(image.id).length,
    sharedSize: sharedSize(images.layers, image, images.store.list()),
  };
}

/** The names of an image as users write them: `busybox:latest`, `busybox@sha256:...`. */
export function imageNames(
  images: Images,
  id: string,
  isShown: (name: Reference) => boolean = () => true,
) {
  const names = images.store.namesOf(id).filter(isShown);
  return {
    RepoTags: names.filter(({ tag }) => tag !== undefined).map(familiarName),
    RepoDigests: names
      .filter(({ tag }) => tag === undefined)
      .map((name) => `${familiarRepository(name)}@${name.digest}`),
  };
}
