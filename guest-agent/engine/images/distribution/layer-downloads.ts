import { Readable } from 'node:stream';
import { awaitedElsewhere, EngineError } from '../../../errors.ts';
import { decompress } from '../../../registry/decompress.ts';
import type { Descriptor } from '../../../registry/manifest.ts';
import type { ImageOrigin } from '../../../registry/origin.ts';
import type { LayerStore } from '../../../store/layers/layers.ts';
import { figure, type Report, step } from './progress.ts';

/** A layer that an image needs. */
export interface WantedLayer {
  readonly diffId: string;
  /** The compressed blob. */
  readonly blob: Descriptor;
  readonly origin: ImageOrigin;
}

interface Transfer {
  readonly done: Promise<void>;
  readonly watchers: Set<Report>;
  readonly controller: AbortController;
}

/** The minimum time between two progress reports of a layer. */
const REPORT_EVERY_MS = 100;

/** Downloads layers into the store. Each layer is downloaded once, even for several pulls. */
export class LayerDownloads {
  readonly #layers: LayerStore;
  readonly #transfers = new Map<string, Transfer>();

  constructor(layers: LayerStore) {
    this.#layers = layers;
  }

  /** Whether the layer is in the store. */
  has(diffId: string): boolean {
    return this.#layers.get(diffId) !== undefined;
  }

  /**
   * Resolves when the layer is in the store. Joins a running download, which continues until the
   * last of its callers aborts.
   */
  async fetch(wanted: WantedLayer, report: Report, signal: AbortSignal): Promise<void> {
    const name = shortName(wanted.blob.digest);
    for (;;) {
      signal.throwIfAborted();
      if (this.has(wanted.diffId)) {
        report(step('Already exists', name));
        return;
      }
      const running = this.#transfers.get(wanted.diffId);
      const watch: Report = (message) => report({ ...message, id: name });
      if (running === undefined) return this.#watch(this.#start(wanted), watch, signal);
      if (running.controller.signal.aborted) {
        await Promise.allSettled([running.done]);
        continue;
      }
      const [shared] = await Promise.allSettled([this.#watch(running, watch, signal)]);
      if (shared.status === 'fulfilled') return;
      // The download failed with another pull's registry and credentials, and that pull reports it.
      // Try with our own.
    }
  }

  async #watch({ done, watchers, controller }: Transfer, report: Report, signal: AbortSignal) {
    watchers.add(report);
    const aborted = Promise.withResolvers<never>();
    const abort = () => aborted.reject(signal.reason);
    signal.addEventListener('abort', abort);
    try {
      await Promise.race([done, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', abort);
      watchers.delete(report);
      if (watchers.size === 0) {
        controller.abort();
        // Leaves nothing unfinished once this returns.
        await Promise.allSettled([done]);
      }
    }
  }

  #start(wanted: WantedLayer): Transfer {
    const watchers = new Set<Report>();
    const controller = new AbortController();
    const report: Report = (message) => {
      for (const watcher of watchers) watcher(message);
    };
    const done = this.#transfer(wanted, report, controller.signal).finally(() => {
      this.#transfers.delete(wanted.diffId);
      controller.abort();
    });
    done.catch(awaitedElsewhere);
    const transfer = { done, watchers, controller };
    this.#transfers.set(wanted.diffId, transfer);
    return transfer;
  }

  async #transfer({ diffId, blob, origin }: WantedLayer, report: Report, signal: AbortSignal) {
    const name = shortName(blob.digest);
    const layers = this.#layers;
    async function* counted(): AsyncGenerator<Uint8Array> {
      let current = 0;
      let last = 0;
      for await (const chunk of origin.blob(blob, signal)) {
        current += chunk.length;
        if (Date.now() - last >= REPORT_EVERY_MS) {
          last = Date.now();
          report(figure('Downloading', name, current, blob.size));
        }
        yield chunk;
      }
      report(step('Verifying Checksum', name));
    }
    async function* tar(): AsyncGenerator<Uint8Array> {
      yield* named(decompress(counted()), blob.digest);
      report(step('Download complete', name));
      report(figure('Extracting', name, blob.size, blob.size));
    }
    await layers.ingest(diffId, Readable.from(tar(), { objectMode: false }));
    report(step('Pull complete', name));
  }
}

/** Yields the same bytes. Errors name the layer. */
async function* named(bytes: AsyncIterable<Uint8Array>, digest: string) {
  try {
    yield* bytes;
  } catch (error) {
    if (!(error instanceof EngineError) || error.message.includes(digest)) throw error;
    throw new EngineError(
      error.code,
      `filesystem layer verification failed for digest ${digest}: ${error.message}`,
      { cause: error },
    );
  }
}

/** Twelve hex digits, as Docker tools show them. */
export function shortName(digest: string): string {
  return digest.slice('sha256:'.length, 'sha256:'.length + 12);
}
