import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { MemoryLayers } from '../../store/testing/memory-layers.ts';

/**
 * Layers in memory. A mounted layer is unpacked into a directory, with only folders and plain
 * files.
 */
export class FakeLayers extends MemoryLayers {
  readonly #directory: string;
  readonly #unpacked = new Map<string, Promise<string>>();

  constructor(directory: string) {
    super();
    this.#directory = directory;
  }

  override mount(diffId: string): Promise<string> {
    const unpacked = this.#unpacked.get(diffId) ?? this.#unpack(diffId);
    this.#unpacked.set(diffId, unpacked);
    return unpacked;
  }

  async #unpack(diffId: string): Promise<string> {
    const root = join(this.#directory, diffId.slice(7, 19));
    await mkdir(root, { recursive: true });
    const entries = (await this.open(diffId)).pipe(extract());
    for await (const entry of entries) {
      const path = join(root, entry.header.name);
      const content = await buffer(entry);
      if (entry.header.type === 'directory') await mkdir(path, { recursive: true });
      if (entry.header.type !== 'file') continue;
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content, { mode: entry.header.mode });
    }
    return root;
  }
}
