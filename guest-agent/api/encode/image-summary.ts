import type { ImageSummary } from '../../contract/engine-types.ts';
import type { Images } from '../../engine/images/images.ts';
import type { Family } from '../../engine/images/store/families.ts';
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
  const family = images.store.familyOf(image);
  const layers = new Set(family.images.flatMap((each) => each.layers));
  return {
    Id: image.id,
    Descriptor: imageDescriptor(family),
    ParentId: image.record.parent ?? '',
    ...imageNames(images, image.id, isShown),
    Created: Math.floor(createdAt(image) / 1000),
    Size: imageSize(images.layers, { layers: [...layers] }),
    SharedSize: counts?.sharedSize ?? -1,
    Labels: { ...image.config.Labels },
    Containers: counts?.containers ?? -1,
  };
}

export function countsOf(images: Images, image: StoredImage): Counts {
  const family = images.store.familyOf(image);
  return {
    containers: countContainers(images, image),
    sharedSize: sharedSize(images.layers, family.images, images.store.list()),
  };
}

/** The containers of an image, on each of its platforms. */
export function countContainers(images: Images, image: StoredImage): number {
  const { images: platforms } = images.store.familyOf(image);
  return platforms.reduce((sum, { id }) => sum + images.containersOf(id).length, 0);
}

/** The descriptor of the index to which an image's names point, or else of its manifest. */
export function imageDescriptor({ image, index }: Pick<Family, 'image' | 'index'>) {
  if (index === undefined) return image.record.manifest;
  const { mediaType, digest, size } = index;
  return { mediaType, digest, size };
}

/** The names of an image as users write them: `busybox:latest`, `busybox@sha256:...`. */
export function imageNames(
  images: Images,
  id: string,
  isShown: (name: Reference) => boolean = () => true,
) {
  const own = images.store.namesOf(id);
  // An image that is only another platform of an index shows the names of the index.
  const names = (own.length > 0 ? own : images.store.allNamesOf(id)).filter(isShown);
  return {
    RepoTags: names.filter(({ tag }) => tag !== undefined).map(familiarName),
    RepoDigests: names
      .filter(({ tag }) => tag === undefined)
      .map((name) => `${familiarRepository(name)}@${name.digest}`),
  };
}
