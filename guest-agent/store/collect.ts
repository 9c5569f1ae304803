import type { ContentStore } from './content.ts';
import type { LayerStore } from './layers/layers.ts';

/** What a sweep removed. */
export interface Collected {
  /** Diff IDs. */
  readonly layers: readonly string[];
  /** The bytes of the removed layers. */
  readonly bytes: number;
}

/**
 * Removes every layer and blob that isn't needed. `isNeeded` gets a diff ID or a blob's digest. It
 * is called directly before each removal, so that claims of a running pull count.
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
