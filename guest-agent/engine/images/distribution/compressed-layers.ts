import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { LayerStore } from '../../../store/layers/layers.ts';

export interface CompressedLayer {
  readonly digest: string;
  readonly size: number;
}

/** Layers as registries expect them: gzip, with the same bytes for the same layer every time. */
export class CompressedLayers {
  readonly #layers: LayerStore;
  readonly #known = new Map<string, CompressedLayer>();

  constructor(layers: LayerStore) {
    this.#layers = layers;
  }

  /** The compressed form of a layer. Compresses the layer the first time. */
  async describe(diffId: string, signal: AbortSignal): Promise<CompressedLayer> {
    const known = this.#known.get(diffId);
    if (known !== undefined) return known;
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of this.read(diffId)) {
      signal.throwIfAborted();
      hash.update(chunk);
      size += chunk.length;
    }
    const layer = { digest: `sha256:${hash.digest('hex')}`, size };
    this.#known.set(diffId, layer);
    return layer;
  }

  async *read(diffId: string): AsyncGenerator<Buffer> {
    const gzip = createGzip();
    // A read error of the file ends `gzip` and is reported there.
    pipeline(await this.#layers.open(diffId), gzip, () => {});
    yield* gzip as AsyncIterable<Buffer>;
  }
}
