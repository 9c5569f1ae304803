import type { LayerStore } from '../../../store/layers/layers.ts';
import type { StoredImage } from './stored-image.ts';

/** The bytes of all layers of an image, uncompressed. */
export function imageSize(layers: LayerStore, image: Pick<StoredImage, 'layers'>): number {
  return sum(layers, image.layers);
}

/** The bytes of the layers that the platforms of an image share with others of `all`. */
export function sharedSize(
  layers: LayerStore,
  platforms: readonly StoredImage[],
  all: readonly StoredImage[],
): number {
  const ids = new Set(platforms.map(({ id }) => id));
  const others = new Set(all.filter(({ id }) => !ids.has(id)).flatMap((other) => other.layers));
  const own = new Set(platforms.flatMap((image) => image.layers));
  return sum(
    layers,
    [...own].filter((diffId) => others.has(diffId)),
  );
}

/** The bytes of all stored layers, each counted once. */
export function layersSize(layers: LayerStore): number {
  return layers.list().reduce((total, { size }) => total + size, 0);
}

function sum(layers: LayerStore, diffIds: readonly string[]): number {
  return diffIds.reduce((total, diffId) => total + (layers.get(diffId)?.size ?? 0), 0);
}
