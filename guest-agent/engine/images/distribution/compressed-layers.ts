import { createHash } from 'node:crypto';
import { PassThrough, pipeline, type Transform } from 'node:stream';
import { constants, createGzip, createZstdCompress } from 'node:zlib';
import type { LayerStore } from '../../../store/layers/layers.ts';

export interface CompressedLayer {
  readonly digest: string;
  readonly size: number;
}

/** How layers leave the engine. Without a level, the format's own default. */
export interface LayerFormat {
  readonly compression: 'gzip' | 'zstd' | 'uncompressed';
  readonly level?: number | undefined;
}

/** As registries expect layers. */
export const GZIP: LayerFormat = { compression: 'gzip' };

/** Layers in the formats of registries and archives: the same layer gives the same bytes every time. */
export class CompressedLayers {
  readonly #layers: LayerStore;
  readonly #known = new Map<string, CompressedLayer>();

  constructor(layers: LayerStore) {
    this.#layers = layers;
  }

  /** The compressed form of a layer. Compresses the layer the first time. */
  async describe(
    diffId: string,
    signal: AbortSignal,
    format: LayerFormat = GZIP,
  ): Promise<CompressedLayer> {
    const key = `${diffId} ${format.compression} ${format.level ?? ''}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const layer = await this.#compress(diffId, signal, format);
    this.#known.set(key, layer);
    return layer;
  }

  async #compress(
    diffId: string,
    signal: AbortSignal,
    format: LayerFormat,
  ): Promise<CompressedLayer> {
    const stored = this.#layers.get(diffId);
    if (format.compression === 'uncompressed' && stored !== undefined) {
      return { digest: diffId, size: stored.size };
    }
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of this.read(diffId, format)) {
      signal.throwIfAborted();
      hash.update(chunk);
      size += chunk.length;
    }
    return { digest: `sha256:${hash.digest('hex')}`, size };
  }

  async *read(diffId: string, format: LayerFormat = GZIP): AsyncGenerator<Buffer> {
    const compressed = compressor(format);
    // A read error of the file ends `compressed` and is reported there.
    pipeline(await this.#layers.open(diffId), compressed, () => {});
    yield* compressed as AsyncIterable<Buffer>;
  }
}

function compressor({ compression, level }: LayerFormat): Transform {
  switch (compression) {
    case 'gzip':
      return createGzip(level === undefined ? {} : { level });
    case 'zstd':
      return createZstdCompress(
        level === undefined ? {} : { params: { [constants.ZSTD_c_compressionLevel]: level } },
      );
    case 'uncompressed':
      return new PassThrough();
  }
}
