import type { Container } from '../../electron/api/containers.ts';
import type { Image } from '../../electron/api/images.ts';

/** What comes of removing one name among others. */
export interface Removal {
  readonly image: Image;
  /** `untag`: other names keep the image. `kept`: containers need it. */
  readonly outcome: 'delete' | 'untag' | 'kept';
  /** Containers made from it. */
  readonly users: readonly Container[];
}

export const usersOf = (image: Image, containers: readonly Container[]) =>
  containers.filter(({ imageId }) => imageId === image.id);

/** What removing these names does: an image goes with its last name, unless a container has it. */
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

/** Bytes that are freed at least: layers that only these images share are freed too. */
export function freedBytes(removals: readonly Removal[]): number {
  const gone = new Map(
    removals
      .filter(({ outcome }) => outcome === 'delete')
      .map(({ image: { id, size, sharedSize = 0 } }) => [id, size - sharedSize]),
  );
  return [...gone.values()].reduce((sum, bytes) => sum + bytes, 0);
}
