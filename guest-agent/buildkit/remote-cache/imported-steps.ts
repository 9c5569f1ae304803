import { Readable } from 'node:stream';
import type { SessionSteps } from '../../build/session.ts';
import type { BuildSteps, WantedStep } from '../../build/steps/build-steps.ts';
import { type StepRecord, UNKNOWN_LAYER } from '../../build/steps/step-cache.ts';
import { StepUnknown } from '../../build/steps/step-unknown.ts';
import type { Images } from '../../engine/images/images.ts';
import { EngineError } from '../../errors.ts';
import { decompress } from '../../registry/decompress.ts';
import { GrpcError } from '../grpc/status.ts';
import type { CacheLayer, StepList } from './step-list.ts';

/** A step of a cache that a build can use. */
export interface FittingStep {
  /** Null if the step changed no file. Undefined if the cache doesn't have the files. */
  readonly layer: CacheLayer | null | undefined;
  readonly created: string | undefined;
}

export interface ImportParts {
  readonly images: Images;
  readonly log: (message: string, cause?: unknown) => void;
}

/** The steps of all caches that a build was given. */
export class ImportedSteps {
  readonly #parts: ImportParts;
  readonly #lists: readonly StepList[];
  /** Layers that could not be downloaded. Their steps run. */
  readonly #failed = new Set<string>();

  constructor(parts: ImportParts, lists: readonly StepList[]) {
    this.#parts = parts;
    this.#lists = lists;
  }

  get isEmpty(): boolean {
    return this.#lists.length === 0;
  }

  /** A step whose files begin with the layers `below`, preferably with its own files. */
  find({ key, below }: Pick<WantedStep, 'key' | 'below'>): FittingStep | undefined {
    let known: FittingStep | undefined;
    for (const list of this.#lists) {
      const step = list.find(key);
      if (step === undefined) continue;
      const layer = step.chain && ownLayer(step.chain, below);
      if (layer === null || (layer && !this.#failed.has(layer.diffId))) {
        return { layer, created: step.created };
      }
      known ??= { layer: undefined, created: step.created };
    }
    return known;
  }

  hashOf(key: string): string | undefined {
    return this.#first((list) => list.hashOf(key));
  }

  layer(diffId: string): CacheLayer | undefined {
    return this.#first((list) => list.layer(diffId));
  }

  /** What the first list has that has it. */
  #first<T>(look: (list: StepList) => T | undefined): T | undefined {
    for (const list of this.#lists) {
      const found = look(list);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /**
   * The steps of all builds and these. A step's layer is downloaded when a build takes the step, and
   * only if it isn't here.
   */
  joined(steps: BuildSteps): SessionSteps {
    const bring = (step: WantedStep, signal: AbortSignal) => this.#bring(steps, step, signal);
    return {
      has: (key) => this.#has(steps, key),
      noteImage: (key, image) => steps.noteImage(key, image),
      known: this.#known(steps),
      hashOf: (key) => this.hashOf(key),
      take: async function* (step, signal) {
        using _ = step.useCache && !steps.has(step.key) ? await bring(step, signal) : undefined;
        return yield* steps.take(step, signal);
      },
    };
  }

  /** The steps by their keys alone, without downloads and without traces in the engine. */
  #known(steps: BuildSteps): SessionSteps {
    const find = (step: WantedStep) => this.#record(steps, step);
    const has = (key: string) => this.#has(steps, key);
    return {
      ...{ has, noteImage: has, hashOf: (key) => this.hashOf(key) },
      take: async function* (step) {
        const record = step.useCache ? find(step) : undefined;
        if (record === undefined) throw new StepUnknown();
        yield { kind: 'cached' };
        return record;
      },
    };
  }

  #has(steps: BuildSteps, key: string): boolean {
    return steps.has(key) || this.#lists.some((list) => list.find(key) !== undefined);
  }

  #record(steps: BuildSteps, step: WantedStep): StepRecord | undefined {
    const local = steps.cache.find(step.key);
    if (local !== undefined) return local;
    const found = this.find(step);
    if (found === undefined) return undefined;
    const { key, parent, description } = step;
    const layer = found.layer === undefined ? UNKNOWN_LAYER : (found.layer?.diffId ?? null);
    const created = found.created ?? new Date().toISOString();
    return { key, parent, description, layer, created, lastUsed: created, size: 0, uses: 0 };
  }

  /** Adds a step to the cache of this engine, if an imported cache has its files. */
  async #bring(
    steps: BuildSteps,
    step: WantedStep,
    signal: AbortSignal,
  ): Promise<Disposable | undefined> {
    const found = this.find(step);
    if (found?.layer === undefined) return undefined;
    const { key, parent, description } = step;
    const { layer, created } = found;
    const { images } = this.#parts;
    const held = images.hold({ layers: layer === null ? [] : [layer.diffId] });
    try {
      const size = layer === null ? 0 : await this.#download(layer, signal);
      const time = created === undefined ? {} : { created };
      steps.cache.add({ key, parent, description, layer: layer?.diffId ?? null, size, ...time });
      return held;
    } catch (error) {
      held[Symbol.dispose]();
      signal.throwIfAborted();
      if (!(error instanceof EngineError || error instanceof GrpcError)) throw error;
      // The step runs instead, as without the cache.
      this.#parts.log(`downloading the layer of a cached build step: ${description}`, error);
      if (layer !== null) this.#failed.add(layer.diffId);
      return undefined;
    }
  }

  /** Stores a layer unless it is here, after its digest is verified. Returns its size. */
  async #download({ diffId, open }: CacheLayer, signal: AbortSignal): Promise<number> {
    const { layers } = this.#parts.images;
    const known = layers.get(diffId);
    if (known !== undefined) return known.size;
    const tar = Readable.from(decompress(open(signal)), { objectMode: false });
    return (await layers.ingest(diffId, tar)).size;
  }
}

/**
 * The layer that a step adds to the layers below: null if none, undefined if the step's files were
 * made from other layers.
 */
function ownLayer(
  chain: readonly CacheLayer[],
  below: readonly string[],
): CacheLayer | null | undefined {
  if (below.some((diffId, index) => chain[index]?.diffId !== diffId)) return undefined;
  const [own = null, ...more] = chain.slice(below.length);
  if (more.length > 0) return undefined;
  return own;
}
