import type { Container } from '../../electron/api/containers.ts';
import type { Image } from '../../electron/api/images.ts';

/** The effect of removing one name. */
export interface Removal {
  readonly image: Image;
  /** `untag`: other names keep the image. `kept`: containers need it. */
  readonly outcome: 'delete' | 'untag' | 'kept';
  /** Containers created from the image. */
  readonly users: readonly Container[];
}

export const usersOf = (image: Image, containers: readonly Container[]) =>
  containers.filter(({ imageId }) => imageId === image.id);

/**
 * The effect of removing these names: an image is deleted with its last name, unless a container
 * uses it.
 */
export function planRemoval(
  names: readonly Image[],
  images: readonly Image[],
  containers: readonly Container[],
): Removal[] {
  return names.map((image) => {
    const others = images.filter(({ id, reference }) => id === image.id && !has(names, reference));
    const users = usersOf(image, containers);
    if (others.length > 0) return { image, outcome: 'untag', users };
    return { image, outcome: users.length > 0 ? 'kept' : 'delete', users };
  });
}

const has = (names: readonly Image[], reference: string | undefined) =>
  reference === undefined || names.some((name) => name.reference === reference);

/** Bytes that are freed at least, including layers that only these images share. */
export function freedBytes(removals: readonly Removal[]): number {
  const gone = new Map(
    removals
      .filter(({ outcome }) => outcome === 'delete')
      .map(({ image: { id, size, sharedSize = 0 } }) => [id, size - sharedSize]),
  );
  return [...gone.values()].reduce((sum, bytes) => sum + bytes, 0);
}
