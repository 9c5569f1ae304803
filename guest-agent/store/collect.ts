import type { ContentStore } from './content.ts';
import type { LayerStore } from './layers/layers.ts';

/** What a sweep took away. */
export interface Collected {
  /** Diff IDs. */
  readonly layers: readonly string[];
  /** Bytes that the layers took. */
  readonly bytes: number;
}

/**
 * Removes every layer and blob that nothing needs. `isNeeded` gets a diff ID or a blob's digest,
 * and is asked right before each removal, so that what a pull has claimed meanwhile stays.
 */
export async function collect(
  layers: LayerStore,
  content: ContentStore,
  isNeeded: (digest: string) => boolean,
): Promise<Collected> {
  const removed: string[] = [];
  let bytes = 0;
  for (const { diffId, size } of layers.list()) {
    if (isNeeded(diffId)) continue;
    await layers.remove(diffId);
    removed.push(diffId);
    bytes += size;
  }
  for (const digest of content.list()) {
    if (!isNeeded(digest)) await content.remove(digest);
  }
  return { layers: removed, bytes };
}
