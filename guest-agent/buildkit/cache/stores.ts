import type { BuildCaches } from '../../build/run-mounts/caches.ts';
import type { Images } from '../../engine/images/images.ts';
import type { Contexts } from '../files/contexts.ts';
import type { CacheStore } from './entry.ts';

/** The directories that clients sent, as entries of the build cache. */
export function contextStore(contexts: Pick<Contexts, 'usage' | 'remove'>): CacheStore {
  return {
    entries: async () =>
      (await contexts.usage()).map(({ key, size, created, lastUsed, inUse }) => ({
        ...{ id: shortId(key), type: 'source.local' as const, parents: [], isMutable: true },
        ...{ inUse, isShared: false, size, created, lastUsed, uses: 1 },
        description: 'local source for context',
      })),
    remove: (ids) => removeByKey(ids, contexts),
  };
}

/** The caches of `RUN --mount=type=cache`, as entries of the build cache. */
export function mountStore(caches: Pick<BuildCaches, 'usage' | 'remove'>): CacheStore {
  const byName = {
    usage: async () => (await caches.usage()).map(({ name }) => ({ key: name })),
    remove: (name: string) => caches.remove(name),
  };
  return {
    entries: async () =>
      (await caches.usage()).map(({ name, size, created, lastUsed, inUse }) => ({
        ...{ id: shortId(name), type: 'exec.cachemount' as const, parents: [], isMutable: true },
        ...{ inUse, isShared: false, size, created, lastUsed, uses: 1 },
        description: 'mount for a cache',
      })),
    remove: (ids) => removeByKey(ids, byName),
  };
}

/** What a step of a build made. */
interface KeptStep {
  readonly key: string;
  /** The key of the files on which the step worked. Empty for the first step. */
  readonly parent: string;
  readonly description: string;
  /** The diff ID of the step's layer. Null if the step changed no file. */
  readonly layer: string | null;
  readonly size: number;
  /** ISO 8601. */
  readonly created: string;
  readonly lastUsed: string;
  readonly uses: number;
}

interface KeptSteps {
  list(): readonly KeptStep[];
  remove(keys: readonly string[]): Promise<void>;
}

/** The steps of earlier builds, as entries of the build cache. Images can share their layers. */
export function stepStore(steps: KeptSteps, images: Pick<Images, 'store' | 'sweep'>): CacheStore {
  return {
    entries: async () => {
      const inImages = new Set(images.store.list().flatMap(({ layers }) => layers));
      return steps.list().map(({ key, parent, description, layer, size, uses, ...times }) => ({
        ...{
          id: shortId(key),
          type: 'regular' as const,
          description,
          isMutable: false,
          size,
          uses,
        },
        parents: parent === '' ? [] : [shortId(parent)],
        // Builds hold the layers that they use themselves.
        ...{ inUse: false, isShared: layer !== null && inImages.has(layer) },
        ...{ created: new Date(times.created), lastUsed: new Date(times.lastUsed) },
      }));
    },
    remove: async (ids) => {
      const keys = steps.list().flatMap(({ key }) => (ids.includes(shortId(key)) ? [key] : []));
      if (keys.length === 0) return [];
      await steps.remove(keys);
      await images.sweep();
      return keys.map(shortId);
    },
  };
}

/** Clients show IDs of 25 characters. */
export const shortId = (key: string) => key.slice(0, 25);

async function removeByKey(
  ids: readonly string[],
  store: {
    usage(): Promise<readonly { readonly key: string }[]>;
    /** False if a build uses it. */
    remove(key: string): Promise<boolean>;
  },
): Promise<string[]> {
  const removed: string[] = [];
  for (const { key } of await store.usage()) {
    const id = shortId(key);
    if (ids.includes(id) && (await store.remove(key))) removed.push(id);
  }
  return removed;
}
