import type { PruneScope } from '../../../contract/endpoints/prune-preview.ts';
import { EngineError } from '../../../errors.ts';
import type { Platform } from '../../../registry/platform.ts';
import { familiarName, type Reference } from '../../../registry/reference.ts';
import { type Collected, collect } from '../../../store/collect.ts';
import type { ContentStore } from '../../../store/content.ts';
import type { LayerStore } from '../../../store/layers/layers.ts';
import type { EventBus } from '../../events.ts';
import { publishPrune } from '../../prune.ts';
import type { Claims } from '../store/claims.ts';
import { publishImageEvent } from '../store/event.ts';
import { isDangling, isIntermediate } from '../store/filters.ts';
import type { ImageUsers } from '../store/image.ts';
import type { ImageStore } from '../store/image-store.ts';
import type { StoredImage } from '../store/stored-image.ts';
import { planRemoval, shortId, withoutNeeded, withParents } from './removal-plan.ts';

/** The cache from which images are deleted. During a deletion, nothing else changes it. */
export interface ImageCache {
  readonly store: ImageStore;
  readonly layers: LayerStore;
  readonly content: ContentStore;
  readonly events: EventBus;
  readonly users: ImageUsers;
  readonly claims: Claims;
}

/** One result of a removal, in the Engine API's form. */
export type Removed = { readonly Untagged: string } | { readonly Deleted: string };

/** See `planRemoval`. Also removes layers and blobs that become unused. */
export async function removeImage(
  cache: ImageCache,
  reference: string,
  force: boolean,
): Promise<Removed[]> {
  const { store, users } = cache;
  const lost = store.findUnreadable(reference);
  if (lost !== undefined) {
    await store.deleteUnreadable(lost);
    const { layers } = await sweepImages(cache);
    return [lost, ...layers].map((Deleted) => ({ Deleted }));
  }
  const plan = planRemoval(store, users, reference, force);
  const removed = await untag(cache, plan.image, plan.untag);
  if (plan.remove.length > 0) {
    const mayGo = (image: StoredImage) =>
      store.allNamesOf(image.id).length === 0 && !isInUse(cache, image);
    const doomed = new Set(plan.remove.flatMap((image) => withParents(store, image, mayGo)));
    removed.push(...(await deleteImages(cache, [...doomed])).removed);
  }
  return removed;
}

/**
 * Removes some platforms of an image. The image's names keep the others; with the last platform,
 * the names are removed too. Throws EngineError 'not-found', or 'conflict' for a platform that a
 * running container uses.
 */
export async function removePlatforms(
  cache: ImageCache,
  reference: string,
  platforms: readonly Platform[],
): Promise<Removed[]> {
  const { store, users } = cache;
  const family = store.family(reference);
  const doomed = new Set(platforms.map((platform) => store.resolve(reference, platform)));
  for (const { id } of doomed) {
    const running = users.containersOf(id).find((user) => user.running);
    if (running === undefined) continue;
    throw new EngineError(
      'conflict',
      `conflict: unable to delete ${shortId(id)} (cannot be forced) - image is being used by running container ${running.containerId.slice(0, 12)}`,
    );
  }
  if (family.images.every((image) => doomed.has(image))) {
    return removeImage(cache, family.image.id, true);
  }
  for (const image of doomed) {
    // The digest of a platform's own manifest means nothing without the platform.
    const own = store.namesOf(image.id).filter((name) => {
      const images = store.namedFamily(name)?.images ?? [];
      return images.every((each) => doomed.has(each));
    });
    await untag(cache, image, own);
  }
  await deleteImages(cache, [...doomed]);
  return [...doomed].map(({ record }) => ({ Deleted: record.manifest.digest }));
}

export interface Prunable {
  /** `downloaded`: see `ImageStore.isAsPulled`. */
  readonly scope: PruneScope;
  readonly matches: (image: StoredImage) => boolean;
  /** Containers that will be removed before. */
  readonly gone?: ReadonlySet<string>;
}

export interface ImagePrunePreview {
  readonly images: readonly StoredImage[];
  /** Unused images outside of the scope. */
  readonly kept: readonly StoredImage[];
  readonly bytes: number;
}

/** The images that `pruneImages` would remove now. */
export function previewPrune(cache: ImageCache, which: Prunable): ImagePrunePreview {
  const { store, layers, users, claims } = cache;
  const images = prunable(cache, which);
  const kept = prunable(cache, { ...which, scope: 'all' }).filter(
    (image) => !images.includes(image) && !isIntermediate(store, image),
  );
  // In that case `sweepImages` removes no layer.
  if (!store.isWhole) return { images, kept, bytes: 0 };
  const staying = new Set(
    store
      .list()
      .filter((image) => !images.includes(image))
      .flatMap((image) => image.layers),
  );
  const going = layers
    .list()
    .filter(({ diffId }) => images.some((image) => image.layers.includes(diffId)))
    .filter(({ diffId }) => !staying.has(diffId) && !claims.has(diffId))
    .filter(({ diffId }) => !users.usesLayer(diffId, which.gone));
  return { images, kept, bytes: going.reduce((sum, { size }) => sum + size, 0) };
}

/** The images that a prune removes, except those on which a remaining image is based. */
function prunable(cache: ImageCache, { scope, matches, gone }: Prunable): StoredImage[] {
  const { store } = cache;
  return withoutNeeded(store, (image) => {
    const isInScope =
      scope === 'all' ||
      isDangling(store, image) ||
      (scope === 'downloaded' && store.isAsPulled(image.id));
    const family = relatedImages(store, image);
    return isInScope && !family.some((each) => isInUse(cache, each, gone)) && family.every(matches);
  });
}

/** Removes unused images. Always sweeps, to remove layers of interrupted pulls. */
export async function pruneImages(
  cache: ImageCache,
  which: Prunable,
): Promise<{ removed: Removed[]; bytes: number }> {
  const { store, events } = cache;
  const doomed = prunable(cache, which);
  const untagged: Removed[] = [];
  for (const image of doomed) {
    untagged.push(...(await untag(cache, image, store.namesOf(image.id))));
  }
  const { removed, bytes } = await deleteImages(cache, doomed);
  publishPrune(events, 'image', bytes);
  return { removed: [...untagged, ...removed], bytes };
}

/** Removes unused layers and blobs. Removes none while there are images that can't be read. */
export async function sweepImages(cache: ImageCache): Promise<Collected> {
  if (!cache.store.isWhole) return { layers: [], bytes: 0 };
  return collect(cache.layers, cache.content, (digest) => isNeeded(cache, digest));
}

/** The digests of the layers and blobs that a sweep would remove. */
export function unneeded(cache: ImageCache): string[] {
  const { layers, content, store } = cache;
  if (!store.isWhole) return [];
  const all = [...layers.list().map(({ diffId }) => diffId), ...content.list()];
  return all.filter((digest) => !isNeeded(cache, digest));
}

const isNeeded = ({ claims, store, users }: ImageCache, digest: string) =>
  claims.has(digest) || store.uses(digest) || users.usesLayer(digest);

async function untag(
  { store, events }: ImageCache,
  { id }: StoredImage,
  names: readonly Reference[],
): Promise<Removed[]> {
  const removed: Removed[] = [];
  for (const name of names) {
    await store.removeName(name);
    removed.push({ Untagged: familiarName(name) });
    // Docker's event has the image's ID as its name here.
    publishImageEvent(events, 'untag', id, id);
  }
  return removed;
}

async function deleteImages(cache: ImageCache, doomed: readonly StoredImage[]) {
  for (const { id } of doomed) {
    await cache.store.delete(id);
    publishImageEvent(cache.events, 'delete', id, id);
  }
  const { layers, bytes } = await sweepImages(cache);
  const removed: Removed[] = [...doomed.map(({ id }) => id), ...layers].map((Deleted) => ({
    Deleted,
  }));
  return { removed, bytes };
}

function isInUse(
  { claims, users }: ImageCache,
  { id }: StoredImage,
  gone: ReadonlySet<string> = new Set(),
): boolean {
  return claims.has(id) || users.containersOf(id).some(({ containerId }) => !gone.has(containerId));
}

/** The image with the other platforms of its names: an index stays or goes as a whole. */
function relatedImages(store: ImageStore, image: StoredImage): StoredImage[] {
  const related = store
    .allNamesOf(image.id)
    .flatMap((name) => store.namedFamily(name)?.images ?? []);
  return [...new Set([image, ...related])];
}
