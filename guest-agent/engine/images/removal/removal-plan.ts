import { EngineError } from '../../../errors.ts';
import {
  familiarName,
  familiarRepository,
  parseReference,
  type Reference,
  sameRepository,
  withDefaultTag,
} from '../../../registry/reference.ts';
import type { ImageUsers } from '../store/image.ts';
import type { ImageStore } from '../store/image-store.ts';
import type { StoredImage } from '../store/stored-image.ts';

/** The steps of a removal, decided before anything changes. */
export interface RemovalPlan {
  readonly image: StoredImage;
  readonly untag: readonly Reference[];
  /** The image and its other platforms, without those that other names or a container keep. */
  readonly remove: readonly StoredImage[];
}

/**
 * Docker's rules for `docker rmi`. By name: removes the name, and the image with its last name. By
 * ID: removes the image with all its names if they are in one repository, or with `force`. An image
 * that a container uses stays, but with `force` stopped containers don't count. Throws EngineError
 * 'conflict' or 'not-found'.
 */
export function planRemoval(
  store: ImageStore,
  users: ImageUsers,
  reference: string,
  force: boolean,
): RemovalPlan {
  const image = store.resolve(reference);
  const names = store.namesOf(image.id);
  const { images } = store.familyOf(image);
  const containers = images.flatMap(({ id }) => users.containersOf(id));
  const [container] = containers;
  const running = containers.find((user) => user.running);
  const named = meantName(reference, names);

  if (named !== undefined) {
    const left = namesLeft(names, named);
    if (left.length > 0) return { image, untag: without(names, left), remove: [] };
    if (container !== undefined && !force) {
      throw new EngineError(
        'conflict',
        `conflict: unable to remove repository reference "${reference}" (must force) - container ${short(container.containerId)} is using its referenced image ${shortId(image.id)}`,
      );
    }
    return { image, untag: names, remove: removable(store, users, image, names) };
  }

  const id = shortId(image.id);
  if (running !== undefined) {
    throw new EngineError(
      'conflict',
      `conflict: unable to delete ${id} (cannot be forced) - image is being used by running container ${short(running.containerId)}`,
    );
  }
  if (store.children(image.id).length > 0) {
    throw new EngineError(
      'conflict',
      `conflict: unable to delete ${id} (cannot be forced) - image has dependent child images`,
    );
  }
  if (!force) {
    if (new Set(names.map(familiarRepository)).size > 1 || tags(names).length > 1) {
      throw new EngineError(
        'conflict',
        `conflict: unable to delete ${id} (must be forced) - image is referenced in multiple repositories`,
      );
    }
    if (container !== undefined) {
      throw new EngineError(
        'conflict',
        `conflict: unable to delete ${id} (must be forced) - image is being used by stopped container ${short(container.containerId)}`,
      );
    }
  }
  // The ID of a platform that the VM doesn't prefer. The names of its index keep the others.
  if (names.every((name) => isOwn(store, name))) return { image, untag: names, remove: [image] };
  return { image, untag: names, remove: removable(store, users, image, names) };
}

/** The platforms of an image that can be removed after its names. */
function removable(
  store: ImageStore,
  users: ImageUsers,
  image: StoredImage,
  names: readonly Reference[],
): StoredImage[] {
  const platforms = new Set([
    image,
    ...names.flatMap((name) => store.namedFamily(name)?.images ?? []),
  ]);
  return [...platforms].filter(({ id }) => {
    const others = store.allNamesOf(id).map(familiarName);
    const isNamed = others.some((name) => !names.map(familiarName).includes(name));
    const isRunning = users.containersOf(id).some(({ running }) => running);
    return !isNamed && !isRunning && store.children(id).length === 0;
  });
}

/** Whether a name is the digest of one platform's manifest. */
function isOwn(store: ImageStore, name: Reference): boolean {
  return name.tag === undefined && store.namedFamily(name)?.index === undefined;
}

/** An image and its parents that can be removed, up to a parent that another image needs. */
export function withParents(
  store: ImageStore,
  image: StoredImage,
  mayGo: (image: StoredImage) => boolean,
): StoredImage[] {
  const gone = [image];
  let parent = store.get(image.record.parent ?? '');
  while (parent !== undefined && mayGo(parent) && !isNeeded(store, parent, gone)) {
    gone.push(parent);
    parent = store.get(parent.record.parent ?? '');
  }
  return gone;
}

/**
 * All images that can be removed and on which no remaining image is based, children before parents.
 */
export function withoutNeeded(
  store: ImageStore,
  mayGo: (image: StoredImage) => boolean,
): StoredImage[] {
  const left = store.list().filter(mayGo);
  const gone: StoredImage[] = [];
  for (let next = 0; next !== -1; ) {
    next = left.findIndex((image) => !isNeeded(store, image, gone));
    gone.push(...(next === -1 ? [] : left.splice(next, 1)));
  }
  return gone;
}

function isNeeded(store: ImageStore, { id }: StoredImage, gone: readonly StoredImage[]): boolean {
  return store.children(id).some((child) => !gone.includes(child));
}

/** The name of the image that the user wrote. Undefined if the user gave an ID. */
function meantName(text: string, names: readonly Reference[]): Reference | undefined {
  try {
    const { tag, digest, ...repository } = withDefaultTag(parseReference(text));
    return names.find(
      (name) =>
        sameRepository(name, repository) &&
        (digest === undefined ? name.tag === tag : name.digest === digest),
    );
  } catch (error) {
    if (error instanceof EngineError) return undefined;
    throw error;
  }
}

/** The digests of a repository are removed with its last tag. */
function namesLeft(names: readonly Reference[], gone: Reference): Reference[] {
  const left = names.filter((name) => name !== gone);
  const repository = left.filter((name) => sameRepository(name, gone));
  if (gone.tag === undefined || tags(repository).length > 0) return left;
  return without(left, repository);
}

function without(names: readonly Reference[], dropped: readonly Reference[]): Reference[] {
  return names.filter((name) => !dropped.includes(name));
}

function tags(names: readonly Reference[]): string[] {
  return names.filter(({ tag }) => tag !== undefined).map(familiarName);
}

/** The beginning of an image's ID, as Docker's messages have it. */
export function shortId(id: string): string {
  return short(id.slice('sha256:'.length));
}

function short(id: string): string {
  return id.slice(0, 12);
}
