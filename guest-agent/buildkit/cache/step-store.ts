import type { StepCache } from '../../build/steps/step-cache.ts';
import type { Images } from '../../engine/images/images.ts';
import type { CacheStore } from './entry.ts';
import { shortId } from './stores.ts';

/** The steps of earlier builds, as entries of the build cache. Running builds keep what they use. */
export function stepStore(steps: StepCache, images: Images): CacheStore {
  return {
    entries: async () => {
      const inImages = new Set(images.store.list().flatMap(({ layers }) => layers));
      return steps.list().map(({ key, layer, parent, size, created, lastUsed, ...step }) => ({
        ...{ id: shortId(key), type: 'regular' as const, isMutable: false, inUse: false, size },
        ...{ description: describe(step.description), uses: step.uses },
        parents: parent === '' ? [] : [shortId(parent)],
        isShared: layer !== null && inImages.has(layer),
        created: new Date(created),
        lastUsed: new Date(lastUsed),
      }));
    },
    remove: async (ids) => {
      const keys = steps.list().map(({ key }) => key);
      const gone = keys.filter((key) => ids.includes(shortId(key)));
      await steps.remove(gone);
      await images.sweep();
      return gone.map(shortId);
    },
  };
}

/** `mount / from exec /bin/sh -c make`, as BuildKit describes what a `RUN` made. */
function describe(createdBy: string): string {
  const [, command] = /^RUN (.*) # buildkit$/s.exec(createdBy) ?? [];
  return command === undefined ? createdBy : `mount / from exec ${command}`;
}
