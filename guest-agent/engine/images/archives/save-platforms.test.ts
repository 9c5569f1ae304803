import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { Platform } from '../../../registry/platform.ts';
import { parseReference } from '../../../registry/reference.ts';
import { MemoryLayers } from '../../../store/testing/memory-layers.ts';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import { type ImagesFixture, openImages } from '../testing/images-fixture.ts';
import { documentsFor, foreign, indexFor, native } from '../testing/platform-images.ts';
import { loadImages } from './load.ts';
import { saveImages } from './save.ts';

/** A cache with `app:1` for two platforms, and an empty one. */
async function caches() {
  const stack = new AsyncDisposableStack();
  const open = async () => {
    const directory = stack.use(await temporaryDirectory());
    return openImages(directory.path, new MemoryLayers());
  };
  const documents = indexFor([documentsFor(native, 'native'), documentsFor(foreign, 'foreign')]);
  const [first, second] = [await open(), await open()];
  await first.images.addIndex(documents, [parseReference('app:1')]);
  return {
    ...{ first: first.images, second, documents },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function load({ images }: ImagesFixture, archive: Buffer, platforms: Platform[] = []) {
  const messages: object[] = [];
  const options = { quiet: true, platforms };
  const signal = AbortSignal.timeout(10_000);
  for await (const each of loadImages(images, Readable.from([archive]), options, signal)) {
    messages.push(each);
  }
  return messages;
}

test('an archive has every platform, with attestations', async () => {
  await using all = await caches();
  const archive = await buffer(saveImages(all.first, ['app:1']));
  expect(await load(all.second, archive)).toEqual([{ stream: 'Loaded image: app:1\n' }]);
  const { images } = all.second;
  expect(images.store.family('app:1').index?.digest).toBe(all.documents.index.digest);
  expect(images.resolve('app:1', foreign).id).toBe(all.first.resolve('app:1', foreign).id);
  expect([...images.content.list()].sort()).toEqual([...all.first.content.list()].sort());
  expect((await buffer(saveImages(images, ['app:1']))).equals(archive)).toBe(true);
});

test('saves and loads only the requested platforms', async () => {
  await using all = await caches();
  const mips = { os: 'linux', architecture: 'mips' };
  const one = await buffer(saveImages(all.first, ['app:1'], [foreign]));
  await load(all.second, one);
  expect(all.second.images.store.list()).toMatchObject([{ architecture: foreign.architecture }]);
  await all.second.images.remove('app:1', true);
  const both = await buffer(saveImages(all.first, ['app:1'], [foreign, native]));
  await load(all.second, both, [native]);
  expect(all.second.images.store.list()).toMatchObject([{ architecture: native.architecture }]);
  await expect(load(all.second, both, [mips])).rejects.toThrow('does not provide');
  expect(() => saveImages(all.first, ['app:1'], [mips])).toThrow(
    'no suitable export target found for platform linux/mips',
  );
});
