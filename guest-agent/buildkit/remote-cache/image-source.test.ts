import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { Registries } from '../../engine/images/registries.ts';
import { localManifest } from '../../engine/images/store/commit.ts';
import { openImages } from '../../engine/images/testing/images-fixture.ts';
import { imageDocumentSchema, parseDocument } from '../../registry/manifest.ts';
import { parseReference, withDefaultTag } from '../../registry/reference.ts';
import { MemoryLayers } from '../../store/testing/memory-layers.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { openImage } from './image-source.ts';
import { readCache } from './read-cache.ts';

const { signal } = new AbortController();
const key = '1'.repeat(64);
const records = [{ digest: `sha256:${key}`, layers: [{ layer: 0 }] }];
const inside = Buffer.from(JSON.stringify(records)).toString('base64');

/** An engine with an image that has one layer. */
async function engine(extra: object) {
  const directory = await temporaryDirectory();
  const layers = new MemoryLayers();
  const { images } = await openImages(directory.path, layers);
  const { diffId } = await images.addLayer(Readable.from(['tar']));
  const rawConfig = Buffer.from(
    JSON.stringify({
      ...{ os: 'linux', architecture: 'amd64', ...extra },
      rootfs: { type: 'layers', diff_ids: [diffId] },
    }),
  );
  const document = parseDocument('image', rawConfig, imageDocumentSchema);
  const rawManifest = localManifest(rawConfig, [diffId], () => 3);
  const name = withDefaultTag(parseReference('me/app'));
  const { id } = await images.add({ rawConfig, document, rawManifest }, [name]);
  const kept: Disposable[] = [];
  const keep = <T extends Disposable>(hold: () => T) => {
    const held = hold();
    kept.push(held);
    return held;
  };
  const parts = { images, registries: new Registries(images, []) };
  const open = (type: string, ref: string) =>
    openImage(parts, { keep }, { type, attributes: { ref } });
  return { ...{ id, diffId, open, kept }, [Symbol.asyncDispose]: directory[Symbol.asyncDispose] };
}

test('an image of this engine has its cached steps without a registry', async () => {
  await using here = await engine({ 'moby.buildkit.cache.v0': inside });
  const opened = await here.open('registry', 'me/app');
  expect(here.kept).toHaveLength(1);
  const told: string[] = [];
  const lists = opened && (await readCache(opened, (type) => told.push(type), signal));
  expect(lists?.[0]?.find(key)?.chain).toMatchObject([{ diffId: here.diffId }]);
  expect(told).toEqual([]);
});

test('an image without cached steps hides what the registry has, as in Docker', async () => {
  await using here = await engine({});
  const opened = await here.open('registry', 'me/app:latest');
  expect(opened && (await readCache(opened, () => {}, signal))).toEqual([]);
});

test('only names of images count', async () => {
  await using here = await engine({});
  expect(await here.open('registry', 'me/other')).toBeUndefined();
  expect(await here.open('registry', here.id.slice(7, 19))).toBeUndefined();
  expect(await here.open('local', 'me/app')).toBeUndefined();
  await expect(here.open('registry', '')).rejects.toThrow('missing ref');
});
