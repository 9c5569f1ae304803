import type { Descriptor } from '../../registry/manifest.ts';
import { type CacheConfig, type CacheRecord, STAGE_HASH } from './cache-config.ts';

/** A layer of a cache, which isn't here yet. */
export interface CacheLayer {
  readonly diffId: string;
  readonly descriptor: Descriptor;
  readonly open: (signal: AbortSignal) => AsyncIterable<Uint8Array>;
}

/** A step of a cache. */
export interface CachedStep {
  /** The files after the step, lowest layer first. Undefined if the cache doesn't have the files. */
  readonly chain: readonly CacheLayer[] | undefined;
  /** ISO 8601. */
  readonly created: string | undefined;
}

/** The most layers that a root file system can have. */
const MAX_CHAIN = 500;
/** BuildKit writes one or two for a step. A hostile cache could have a million. */
const MAX_RESULTS = 16;

/** The steps of one cache by their keys. Nothing in the list is trusted but what it is asked for. */
export class StepList {
  readonly #config: CacheConfig;
  readonly #layerOf: (blob: string) => CacheLayer | undefined;
  readonly #records: ReadonlyMap<string, CacheRecord>;

  /** `layerOf` finds a layer by the digest of its blob. */
  constructor(config: CacheConfig, layerOf: (blob: string) => CacheLayer | undefined) {
    this.#config = config;
    this.#layerOf = layerOf;
    this.#records = new Map(config.records.map((record) => [keyOf(record), record]));
  }

  find(key: string): CachedStep | undefined {
    const record = this.#records.get(key);
    if (record === undefined) return undefined;
    for (const { layer, createdAt } of (record.layers ?? []).slice(0, MAX_RESULTS)) {
      const chain = this.#chain(layer);
      if (chain !== undefined) return { chain, created: timeOf(createdAt) };
    }
    return { chain: undefined, created: undefined };
  }

  /** The hash of files of a stage. See `stageHash`. */
  hashOf(key: string): string | undefined {
    const { selector } = this.#records.get(key)?.inputs?.[0]?.[0] ?? {};
    return selector !== undefined && STAGE_HASH.test(selector) ? selector : undefined;
  }

  /** A layer by its diff ID, if the cache has it. */
  layer(diffId: string): CacheLayer | undefined {
    for (const { blob } of this.#config.layers) {
      const layer = this.#layerOf(blob);
      if (layer?.diffId === diffId) return layer;
    }
    return undefined;
  }

  #chain(top: number): CacheLayer[] | undefined {
    const chain: CacheLayer[] = [];
    for (let place = top; place !== -1; ) {
      const listed = this.#config.layers[place];
      const layer = listed && this.#layerOf(listed.blob);
      // A list of a hostile cache could go round in circles.
      if (listed === undefined || layer === undefined || chain.length > MAX_CHAIN) return undefined;
      chain.unshift(layer);
      place = listed.parent;
    }
    return chain;
  }
}

function keyOf({ digest }: CacheRecord): string {
  return digest.replace(/^sha256:/, '');
}

function timeOf(text: string | undefined): string | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
