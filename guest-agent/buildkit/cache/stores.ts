import type { BuildCaches } from '../../build/run-mounts/caches.ts';
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
      (await caches.usage()).map(({ name, size, created, lastUsed, inUse, origin }) => ({
        ...{ id: shortId(name), type: 'exec.cachemount' as const, parents: [], isMutable: true },
        ...{ inUse, isShared: false, size, created, lastUsed, uses: 1 },
        description: origin || 'cached mount',
      })),
    remove: (ids) => removeByKey(ids, byName),
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
