import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { EngineError } from '../../errors.ts';
import { digestHex, sha256 } from '../digest.ts';
import type { Layer, LayerStore } from '../layers/layers.ts';

/** LayerStore in memory, for tests of code that uses one. It can't mount. */
export class MemoryLayers implements LayerStore {
  readonly #tars = new Map<string, Buffer>();
  readonly #ingests = new Map<string, Promise<Layer>>();

  get(diffId: string): Layer | undefined {
    const tar = this.#tars.get(diffId);
    return tar && { diffId, size: tar.length };
  }

  ingest(diffId: string, tar: Readable): Promise<Layer> {
    const running = this.#ingests.get(diffId);
    if (running !== undefined) return running;
    const work = this.#ingest(diffId, tar).finally(() => this.#ingests.delete(diffId));
    this.#ingests.set(diffId, work);
    return work;
  }

  async #ingest(diffId: string, tar: Readable): Promise<Layer> {
    digestHex(diffId);
    const bytes = await buffer(tar);
    if (sha256(bytes) !== diffId) {
      throw new EngineError('invalid', `layer has diff ID ${sha256(bytes)}, expected ${diffId}`);
    }
    this.#tars.set(diffId, bytes);
    return { diffId, size: bytes.length };
  }

  async add(tar: Readable, claim: (diffId: string) => void): Promise<Layer> {
    const bytes = await buffer(tar);
    const diffId = sha256(bytes);
    claim(diffId);
    this.#tars.set(diffId, bytes);
    return { diffId, size: bytes.length };
  }

  async durable(): Promise<void> {}

  async open(diffId: string): Promise<Readable> {
    return Readable.from([this.#stored(diffId)]);
  }

  async mount(diffId: string): Promise<string> {
    this.#stored(diffId);
    throw new EngineError('not-implemented', 'layers in memory can not be mounted');
  }

  async remove(diffId: string): Promise<void> {
    this.#tars.delete(diffId);
  }

  list(): Layer[] {
    return [...this.#tars].map(([diffId, { length }]) => ({ diffId, size: length }));
  }

  #stored(diffId: string): Buffer {
    const tar = this.#tars.get(diffId);
    if (tar === undefined) throw new EngineError('not-found', `no such layer: ${diffId}`);
    return tar;
  }
}
