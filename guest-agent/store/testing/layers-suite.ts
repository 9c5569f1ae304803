import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../digest.ts';
import type { LayerStore } from '../layers/layers.ts';
import { writeTar } from './tar-writer.ts';

const tar = writeTar([
  { name: 'dir/', type: 'directory' },
  { name: 'dir/file', content: 'content' },
]);
const diffId = sha256(tar);

/** Tests for every LayerStore. `open` returns an empty one. */
export function layerStoreSuite(open: () => Promise<LayerStore>): void {
  describe('as a layer store', () => {
    test('returns the exact bytes', async () => {
      const layers = await open();
      expect(layers.get(diffId)).toBeUndefined();
      expect(await layers.ingest(diffId, Readable.from([tar]))).toEqual({
        diffId,
        size: tar.length,
      });
      expect(layers.get(diffId)).toEqual({ diffId, size: tar.length });
      expect((await buffer(await layers.open(diffId))).equals(tar)).toBe(true);
    });

    test('stores a layer once, and accepts it again', async () => {
      const layers = await open();
      const ingest = () => layers.ingest(diffId, Readable.from([tar]));
      await Promise.all([ingest(), ingest()]);
      await ingest();
      expect(layers.list()).toEqual([{ diffId, size: tar.length }]);
    });

    test('rejects bytes with another digest, and keeps nothing of them', async () => {
      const layers = await open();
      const wrong = Readable.from([tar.subarray(0, 1024), Buffer.alloc(1024)]);
      await expect(layers.ingest(diffId, wrong)).rejects.toMatchObject({ code: 'invalid' });
      expect(layers.list()).toEqual([]);
      await layers.ingest(diffId, Readable.from([tar]));
      expect(layers.list()).toHaveLength(1);
    });

    test('reports the failure of a broken stream', async () => {
      const layers = await open();
      async function* broken() {
        yield tar.subarray(0, 700);
        throw new Error('cut');
      }
      await expect(layers.ingest(diffId, Readable.from(broken()))).rejects.toThrow('cut');
      expect(layers.get(diffId)).toBeUndefined();
    });

    test('stores a layer with an unknown digest, and returns the digest', async () => {
      const layers = await open();
      const seen: unknown[] = [];
      const add = () =>
        layers.add(Readable.from([tar]), (id) => seen.push([id, layers.get(id)?.size]));
      expect(await add()).toEqual({ diffId, size: tar.length });
      await Promise.all([add(), layers.ingest(diffId, Readable.from([tar])), add()]);
      expect(seen[0]).toEqual([diffId, undefined]);
      expect(layers.list()).toEqual([{ diffId, size: tar.length }]);
    });

    test('removes a layer', async () => {
      const layers = await open();
      await layers.ingest(diffId, Readable.from([tar]));
      await layers.remove(diffId);
      await layers.remove(diffId);
      expect(layers.list()).toEqual([]);
      await expect(layers.open(diffId)).rejects.toMatchObject({ code: 'not-found' });
      await expect(layers.mount(diffId)).rejects.toMatchObject({ code: 'not-found' });
    });

    test('rejects a name that isn’t a digest', async () => {
      const layers = await open();
      await expect(layers.ingest('../x', Readable.from([tar]))).rejects.toMatchObject({
        code: 'invalid',
      });
    });
  });
}
