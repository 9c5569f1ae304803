import type { LayerStore } from '../../../store/layers/layers.ts';
import type { StoredImage } from './stored-image.ts';

/** The bytes of all layers of an image, uncompressed. */
export function imageSize(layers: LayerStore, image: StoredImage): number {
  return sum(layers, image.layers);
}

/** The bytes of the layers that an image shares with another one of `all`. */
export function sharedSize(
  layers: LayerStore,
  image: StoredImage,
  all: readonly StoredImage[],
): number {
  const others = new Set(all.filter(({ id }) => id !== image.id).flatMap((other) => other.layers));
  return sum(
    layers,
    image.layers.filter((diffId) => others.has(diffId)),
  );
}

/** The bytes of all stored layers, each counted once. */
export function layersSize(layers: LayerStore): number {
  return layers.list().reduce((total, { size }) => total + size, 0);
}

function sum(layers: LayerStore, diffIds: readonly string[]): number {
  return diffIds.reduce((total, diffId) => total + (layers.get(diffId)?.size ?? 0), 0);
}
