import type { SessionSteps } from '../../build/session.ts';
import type { BuildSteps } from '../../build/steps/build-steps.ts';
import { EngineError } from '../../errors.ts';
import type { BuildExport, ExportParts, Response } from '../export/export-parts.ts';
import { GrpcError } from '../grpc/status.ts';
import type { Job, SolveRequest } from '../jobs/job.ts';
import { readCacheFormat } from './cache-format.ts';
import { type CachePlace, cacheExports, cacheImports, placeName } from './cache-places.ts';
import { openCache } from './cache-source.ts';
import { exportCaches } from './export-cache.ts';
import { openImage } from './image-source.ts';
import { ImportedSteps, type ImportParts } from './imported-steps.ts';
import { inlineCache } from './inline-cache.ts';
import { readCache } from './read-cache.ts';
import { UsedSteps } from './used-steps.ts';

type CacheParts = ExportParts & ImportParts;

/** The caches of other engines that builds read and write: `--cache-from` and `--cache-to`. */
export class RemoteCaches {
  readonly #parts: CacheParts;
  readonly #builds = new WeakMap<Job, BuildCaches>();

  constructor(parts: CacheParts) {
    this.#parts = parts;
  }

  /** Throws EngineError 'invalid' in Docker's words for caches that can't be written. */
  check(request: SolveRequest): void {
    const places = cacheExports({ request, frontendAttributes: undefined });
    for (const place of places) readCacheFormat(place);
  }

  /** The caches of one build. */
  of(job: Job): BuildCaches {
    const known = this.#builds.get(job) ?? new BuildCaches(this.#parts, job);
    this.#builds.set(job, known);
    return known;
  }
}

/** The caches that one build reads and writes. */
export class BuildCaches {
  readonly #parts: CacheParts;
  readonly #job: Job;
  readonly #used: UsedSteps;
  #imported: Promise<ImportedSteps> | undefined;

  constructor(parts: CacheParts, job: Job) {
    this.#parts = parts;
    this.#job = job;
    this.#used = new UsedSteps((layers) => {
      job.keep(() => parts.images.hold({ layers }));
    });
  }

  /** The steps of all builds, and those of the caches that the build was given. */
  async steps(steps: BuildSteps, signal: AbortSignal): Promise<SessionSteps> {
    this.#imported ??= this.#import(signal);
    const imported = await this.#imported;
    const joined = imported.isEmpty ? steps : imported.joined(steps);
    return cacheExports(this.#job).length === 0 ? joined : this.#used.noting(joined);
  }

  /** The same results, whose images have the steps inside, if the client asks for this. */
  withInline(build: BuildExport): BuildExport {
    if (!cacheExports(this.#job).some(({ type }) => type === 'inline')) return build;
    const cached = { steps: this.#used.list(), hashes: this.#used.hashes() };
    const platforms = build.platforms.map((one) => ({
      ...one,
      cache: inlineCache(cached, one.image.layers),
    }));
    return { ...build, platforms };
  }

  /** Writes the build's caches. Returns what the client learns of them. */
  async export(build: BuildExport): Promise<Response> {
    const imported = await this.#imported;
    const cache = {
      steps: this.#used.list(),
      hashes: this.#used.hashes(),
      imported: (diffId: string) => imported?.layer(diffId),
    };
    return exportCaches(this.#parts, build, cache, cacheExports(this.#job));
  }

  async #import(signal: AbortSignal): Promise<ImportedSteps> {
    const places = cacheImports(this.#job);
    const lists = await Promise.all(places.map((place) => this.#read(place, signal)));
    return new ImportedSteps(this.#parts, lists.flat());
  }

  /** The progress shows why a cache can't be read, and the build continues without the cache. */
  async #read(place: CachePlace, signal: AbortSignal) {
    try {
      return await this.#job.step(
        `importing cache manifest from ${placeName(place)}`,
        async (vertex) => {
          const opened = await this.#open(place, signal);
          const tell = (type: string) =>
            vertex.line(`inferred cache manifest type: ${type}`).complete();
          return readCache(opened, tell, signal);
        },
      );
    } catch (error) {
      signal.throwIfAborted();
      // The step of the build shows the error.
      if (error instanceof EngineError || error instanceof GrpcError) return [];
      throw error;
    }
  }

  async #open(place: CachePlace, signal: AbortSignal) {
    try {
      const here = await openImage(this.#parts, this.#job, place);
      return here ?? (await openCache(this.#parts, this.#job, place, signal));
    } catch (error) {
      const isKnown = error instanceof EngineError || error instanceof GrpcError;
      if (!isKnown || error.message.startsWith('unknown cache')) throw error;
      const message = `failed to configure ${place.type} cache importer: ${error.message}`;
      throw new EngineError('unavailable', message, { cause: error });
    }
  }
}
