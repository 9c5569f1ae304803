import type { StageHash } from '../../build/session.ts';
import type { CacheConfig, CacheRecord } from './cache-config.ts';
import type { UsedStep } from './used-steps.ts';

type Chain = readonly string[];

/**
 * The records of steps, sorted, so that the same steps give the same cache. `placeOf` is the place
 * of the top layer of a chain. Undefined if the cache doesn't have the files.
 */
export function cacheRecords(
  { steps, hashes }: { readonly steps: readonly UsedStep[]; readonly hashes: readonly StageHash[] },
  placeOf: (chain: Chain) => number | undefined,
): CacheRecord[] {
  const byKey = new Map(steps.map((step) => [step.key, step]));
  const byHash = new Map(hashes.map((hash) => [hash.key, hash]));
  const keys = new Set([
    ...steps.flatMap(({ key, parent }) => [key, parent]),
    ...hashes.flatMap(({ key, stage }) => [key, stage]),
  ]);
  const sorted = [...keys].sort();
  const places = new Map(sorted.map((key, place) => [key, place]));
  const link = (key: string, selector?: string) => ({
    ...(selector === undefined ? {} : { selector }),
    link: places.get(key) ?? 0,
  });
  return sorted.map((key) => {
    const digest = `sha256:${key}`;
    const found = byHash.get(key);
    if (found !== undefined) return { digest, inputs: [[link(found.stage, found.hash)]] };
    const step = byKey.get(key);
    if (step === undefined) return { digest };
    const layer = step.chain && placeOf(step.chain);
    return {
      digest,
      ...(layer === undefined ? {} : { layers: [{ layer, createdAt: step.created }] }),
      inputs: [[link(step.parent)]],
    };
  });
}

/** The chains that all begin a wanted chain: those that a cache with `mode=min` has. */
export function isWithin(chain: Chain, wanted: readonly Chain[]): boolean {
  return wanted.some((layers) => chain.every((diffId, index) => layers[index] === diffId));
}

/** The layers of chains, each after the layer below it in the chain, and the places of the chains. */
export function cacheLayers(
  chains: readonly Chain[],
  blobOf: (diffId: string) => string,
): { layers: CacheConfig['layers']; placeOf: (chain: Chain) => number | undefined } {
  const nameOf = (chain: Chain) => chain.join(' ');
  const nodes = new Map<string, Chain>();
  for (const chain of chains) {
    for (const index of chain.keys()) {
      const node = chain.slice(0, index + 1);
      nodes.set(nameOf(node), node);
    }
  }
  const sorted = [...nodes.keys()].sort();
  const places = new Map(sorted.map((name, place) => [name, place]));
  const layers = sorted.map((name) => {
    const chain = nodes.get(name) ?? [];
    const below = chain.slice(0, -1);
    return {
      blob: blobOf(chain.at(-1) ?? ''),
      parent: below.length === 0 ? -1 : (places.get(nameOf(below)) ?? -1),
    };
  });
  return { layers, placeOf: (chain) => places.get(nameOf(chain)) };
}
