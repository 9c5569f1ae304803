import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { parseReference } from '../../../registry/reference.ts';
import { harms } from '../../../store/testing/harms.ts';
import { MemoryLayers } from '../../../store/testing/memory-layers.ts';
import { writeTar } from '../../../store/testing/tar-writer.ts';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import { type ImagesFixture, openImages } from '../testing/images-fixture.ts';
import { nameRecordId } from './records.ts';
import type { StoredImage } from './stored-image.ts';

let directory: string;
let layers: MemoryLayers;
let fixture: ImagesFixture;
let image: StoredImage;
beforeEach(async () => {
  const made = await temporaryDirectory();
  onTestFinished(() => made[Symbol.asyncDispose]());
  directory = made.path;
  layers = new MemoryLayers();
  fixture = await openImages(directory, layers);
  image = await build('built');
});

/** An image that no registry has. */
async function build(name: string): Promise<StoredImage> {
  const tar = writeTar([{ name, content: name }]);
  using layer = await fixture.images.addLayer(Readable.from([tar]));
  const made = { layer, config: { Cmd: [name] }, createdBy: 'sh', created: '2026-01-02T03:04:05Z' };
  return fixture.images.commit(made, parseReference(`${name}:1`));
}

/** The engine's next start, with its sweep. */
async function restart(): Promise<void> {
  fixture = await openImages(directory, layers);
  await fixture.images.sweep();
}

const records = (kind: 'images' | 'names') => join(directory, 'records', kind);
const blob = (digest: string) => join(directory, 'blobs', digest.slice('sha256:'.length));
const warnings = () => fixture.damage.messages().join('\n');
const layerIds = () => layers.list().map(({ diffId }) => diffId);

/** Damages every record of a kind, so that only the engine's care is left. */
async function harmAll(
  kind: 'images' | 'names',
  harm: (path: string) => Promise<void>,
): Promise<void> {
  for (const name of await readdir(records(kind))) {
    const path = join(records(kind), name);
    if (name.startsWith('.')) await rm(path);
    else await harm(path);
  }
}

describe.each(harms)('records that are %s', (_, harm) => {
  test('of all images lose no image', async () => {
    const other = await build('other');
    await harmAll('images', harm);
    await restart();
    for (const { id, layers: needed, record } of [image, other]) {
      const found = fixture.images.resolve(id);
      expect(found.layers).toEqual(needed);
      expect(found.record.manifest).toEqual(record.manifest);
      expect(layerIds()).toEqual(expect.arrayContaining([...needed]));
    }
    expect(fixture.images.resolve('built:1').id).toBe(image.id);
    expect(warnings()).toContain('was lost. Berth made a new one');
    await restart();
    expect([fixture.images.resolve('built:1').id, warnings()]).toEqual([image.id, '']);
  });

  test('of all names lose no image', async () => {
    await harmAll('names', harm);
    await restart();
    expect(fixture.images.resolve(image.id).layers).toEqual(image.layers);
    expect(layerIds()).toEqual([...image.layers]);
    await fixture.images.tag(image.id, 'built:1');
    await restart();
    expect([fixture.images.resolve('built:1').id, warnings()]).toEqual([image.id, '']);
  });
});

test.each(harms)(
  'a configuration that is %s loses no layer, and a new image with it is complete again',
  async (_, harm) => {
    await harm(blob(image.id));
    await restart();
    expect(layerIds()).toEqual([...image.layers]);
    expect(() => fixture.images.resolve('built:1')).toThrow('No such image');
    expect(warnings()).toContain(`berth rmi ${image.id.slice(7, 19)}`);
    await build('built');
    expect(warnings()).toBe('');
    await fixture.images.sweep();
    await restart();
    expect([fixture.images.resolve('built:1').id, warnings()]).toEqual([image.id, '']);
    expect(layerIds()).toEqual([...image.layers]);
  },
);

test('an image that cannot be read is removed by the user’s command, and its layers with it', async () => {
  await writeFile(blob(image.id), '');
  await restart();
  const removed = await fixture.images.remove('built:1', false);
  expect(removed).toEqual([image.id, ...image.layers].map((Deleted) => ({ Deleted })));
  expect([layerIds(), warnings()]).toEqual([[], '']);
  await restart();
  expect(warnings()).toBe('');
});

test('while an image cannot be read, a prune promises no space, since it frees none', async () => {
  const scope = { scope: 'all', matches: () => true } as const;
  await build('other');
  expect(fixture.images.previewPrune(scope).bytes).toBeGreaterThan(0);
  await writeFile(blob(image.id), '');
  await restart();
  expect(fixture.images.previewPrune(scope)).toMatchObject({ images: [{}], bytes: 0 });
  expect(await fixture.images.prune(scope)).toMatchObject({ bytes: 0 });
});

test('a prune promises no space for a layer that is in use', async () => {
  const scope = { scope: 'all', matches: () => true } as const;
  const tar = writeTar([{ name: 'built', content: 'built' }]);
  using _ = await fixture.images.addLayer(Readable.from([tar]));
  expect(fixture.images.previewPrune(scope)).toMatchObject({ images: [{}], bytes: 0 });
  expect(layerIds()).toEqual([...image.layers]);
});

test('a moved tag with a damaged record does not lead to a removed image', async () => {
  const other = await build('other');
  const moved = join(records('names'), `${nameRecordId('docker.io/library/built:1')}.json`);
  await fixture.images.tag(other.id, 'built:1');
  await fixture.images.remove(image.id, true);
  await writeFile(moved, '');
  await restart();
  expect(() => fixture.images.resolve('built:1')).toThrow('No such image');
  expect(fixture.images.resolve('other:1').id).toBe(other.id);
  expect(fixture.images.store.isWhole).toBe(true);
  expect(warnings()).toContain('tag it again');
});

test('a name that is all that is left of an image can be used again', async () => {
  for (const name of await readdir(records('images'))) await rm(join(records('images'), name));
  await rm(blob(image.id));
  await restart();
  expect([fixture.images.store.isWhole, layerIds()]).toEqual([false, [...image.layers]]);
  const other = await build('other');
  await fixture.images.tag(other.id, 'built:1');
  expect([fixture.images.store.isWhole, warnings()]).toEqual([true, '']);
  await restart();
  expect(layerIds()).toEqual([...other.layers]);
});
