import { statfs } from 'node:fs/promises';
import { Lock } from '../../engine/lock.ts';
import { defaultPolicies } from './default-policies.ts';
import type { CacheEntry, CacheStore } from './entry.ts';
import { matchesEntry } from './entry-filter.ts';
import { type DiskSpace, entriesToPrune, type PrunePolicy } from './policy.ts';

/** How long after the last build garbage is collected. */
const IDLE_MS = 60_000;

interface BuildCacheParts {
  readonly stores: readonly CacheStore[];
  /** A directory on the cache's disk. */
  readonly directory: string;
  readonly log: (message: string, cause?: unknown) => void;
  readonly disk?: (directory: string) => Promise<DiskSpace>;
}

/** All that builds keep for later builds, with its limits. */
export class BuildCache {
  readonly #parts: BuildCacheParts;
  /** One prune at a time, so that each counts what the other has freed. */
  readonly #pruning = new Lock();
  #timer: NodeJS.Timeout | undefined;
  #builds = 0;

  constructor(parts: BuildCacheParts) {
    this.#parts = parts;
  }

  /** The entries that match, least recently used first. */
  async entries(filters: readonly string[] = []): Promise<CacheEntry[]> {
    const found = await Promise.all(this.#parts.stores.map((store) => store.entries()));
    return found
      .flat()
      .filter((entry) => matchesEntry(entry, filters))
      .sort((a, b) => a.lastUsed.getTime() - b.lastUsed.getTime());
  }

  /** The policies by which garbage is collected. */
  async policies(): Promise<PrunePolicy[]> {
    return defaultPolicies(await this.#disk());
  }

  /** Removes entries, and returns those that are gone. */
  async prune(policy: PrunePolicy): Promise<CacheEntry[]> {
    return this.#pruning.run(async () => {
      const disk = await this.#disk();
      const chosen = entriesToPrune(await this.entries(), policy, disk, Date.now());
      const gone = new Set<string>();
      for (const store of this.#parts.stores) {
        for (const id of await store.remove(chosen.map(({ id }) => id))) gone.add(id);
      }
      return chosen.filter(({ id }) => gone.has(id));
    });
  }

  /** Applies the policies. Returns the bytes that were freed. */
  async collect(): Promise<number> {
    let freed = 0;
    for (const policy of await this.policies()) {
      for (const { size, isShared } of await this.prune(policy)) freed += isShared ? 0 : size;
    }
    return freed;
  }

  /** A build runs until disposed of. Garbage is collected some time after the last build. */
  build(): Disposable {
    this.#builds += 1;
    clearTimeout(this.#timer);
    return {
      [Symbol.dispose]: () => {
        this.#builds -= 1;
        if (this.#builds === 0) this.collectWhenIdle();
      },
    };
  }

  /** Collects garbage in a while, unless a build begins before. */
  collectWhenIdle(): void {
    clearTimeout(this.#timer);
    const collect = async () => {
      try {
        const freed = await this.collect();
        if (freed > 0) this.#parts.log(`the build cache was pruned by ${freed} bytes`);
      } catch (error) {
        this.#parts.log('collecting garbage of the build cache', error);
      }
    };
    this.#timer = setTimeout(collect, IDLE_MS).unref();
  }

  async #disk(): Promise<DiskSpace> {
    return (this.#parts.disk ?? diskSpace)(this.#parts.directory);
  }
}

async function diskSpace(directory: string): Promise<DiskSpace> {
  const { blocks, bavail, bsize } = await statfs(directory);
  return { total: blocks * bsize, free: bavail * bsize };
}
