import type { ImageSummary } from '@docker/node-sdk';
import { createdAt, matchesReference } from '../../engine/images/filters.ts';
import type { StoredImage } from '../../engine/images/image-store.ts';
import type { Images } from '../../engine/images/images.ts';
import { imageSize, sharedSize } from '../../engine/images/usage.ts';
import { familiarName, familiarRepository } from '../../registry/reference.ts';

/** What costs time to count, and is only counted when asked for. */
export interface Counts {
  /** Containers made from the image. */
  readonly containers: number;
  /** Bytes that other images use too. */
  readonly sharedSize: number;
}

/**
 * One image of a listing. What wasn't counted is -1, as clients expect. A listing by `references`
 * shows of its names only those that match: clients remove what they are shown.
 */
export function imageSummary(
  images: Images,
  image: StoredImage,
  counts?: Counts,
  references?: readonly string[],
): ImageSummary {
  return {
    Id: image.id,
    ParentId: image.record.parent ?? '',
    ...imageNames(images, image.id, references),
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

/** The names of an image as people know them: `busybox:latest`, `busybox@sha256:...`. */
export function imageNames(images: Images, id: string, references?: readonly string[]) {
  const names = images.store
    .namesOf(id)
    .filter((name) => references?.some((pattern) => matchesReference(name, pattern)) ?? true);
  return {
    RepoTags: names.filter(({ tag }) => tag !== undefined).map(familiarName),
    RepoDigests: names
      .filter(({ tag }) => tag === undefined)
      .map((name) => `${familiarRepository(name)}@${name.digest}`),
  };
}
