import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { parseReference } from '../../../registry/reference.ts';
import { MemoryLayers } from '../../../store/testing/memory-layers.ts';
import { writeTar } from '../../../store/testing/tar-writer.ts';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import { openImages } from '../testing/images-fixture.ts';

const created = '2026-01-02T03:04:05.000Z';
const below = writeTar([{ name: 'below', content: '1' }]);
const above = writeTar([{ name: 'above', content: '2' }]);

test('creates an image without a parent, and another one based on it', async () => {
  await using directory = await temporaryDirectory();
  const { images, events } = await openImages(directory.path, new MemoryLayers());
  using first = await images.addLayer(Readable.from([below]));
  const base = await images.commit(
    { layer: first, config: { Env: ['A=1'] }, createdBy: 'import', created, author: 'me' },
    parseReference('base:1'),
  );
  using second = await images.addLayer(Readable.from([above]));
  const image = await images.commit(
    { parent: base, layer: second, config: { Cmd: ['sh'] }, createdBy: 'sh', created },
    parseReference('top:1'),
  );
  await images.sweep();
  expect(images.resolve('top:1')).toEqual(image);
  expect(image).toMatchObject({
    layers: [first.diffId, second.diffId],
    config: { Cmd: ['sh'] },
    architecture: base.architecture,
    created,
  });
  expect(image.config.Env).toBeUndefined();
  expect(image.document.history).toEqual([
    { created, created_by: 'import', author: 'me' },
    { created, created_by: 'sh', author: 'me' },
  ]);
  expect(events.past().map(({ action, attributes }) => [action, attributes.name])).toEqual([
    ['tag', 'base:1'],
    ['tag', 'top:1'],
  ]);
  const again = await openImages(directory.path, images.layers);
  expect(again.images.resolve('top:1').id).toBe(image.id);
});

test('a change of only the configuration, or an empty layer, is an empty step', async () => {
  await using directory = await temporaryDirectory();
  const { images } = await openImages(directory.path, new MemoryLayers());
  using empty = await images.addLayer(Readable.from([Buffer.alloc(1024)]));
  const one = await images.commit({ config: {}, createdBy: 'CMD', created });
  const two = await images.commit({ layer: empty, config: {}, createdBy: 'CMD', created });
  expect(two.id).toBe(one.id);
  expect(one.layers).toEqual([]);
  expect(one.document.history).toEqual([{ created, created_by: 'CMD', empty_layer: true }]);
});

test('maps of the configuration are sorted by name, as Go writes them', async () => {
  await using directory = await temporaryDirectory();
  const { images } = await openImages(directory.path, new MemoryLayers());
  const config = { Labels: { b: '1', a: '2' }, ExposedPorts: { '90/tcp': {}, '80/tcp': {} } };
  const image = await images.commit({ config, createdBy: 'x', created });
  expect(JSON.stringify(image.config)).toBe(
    '{"ExposedPorts":{"80/tcp":{},"90/tcp":{}},"Labels":{"a":"2","b":"1"}}',
  );
});

test('a new layer is safe from sweeps while it is held', async () => {
  await using directory = await temporaryDirectory();
  const { images } = await openImages(directory.path, new MemoryLayers());
  {
    using layer = await images.addLayer(Readable.from([above]));
    await images.sweep();
    expect(images.layers.get(layer.diffId)).toBeDefined();
  }
  await images.sweep();
  expect(images.layers.list()).toEqual([]);
});

test('only the step has the comment, as in images of other engines', async () => {
  await using directory = await temporaryDirectory();
  const { images } = await openImages(directory.path, new MemoryLayers());
  const step = { config: {}, createdBy: 'CMD', created, comment: 'by hand' };
  const { document } = await images.commit(step);
  expect(document.comment).toBeUndefined();
  expect(document.history?.[0]?.comment).toBe('by hand');
});

test('a prune that waits for a new image of a build does not remove the image', async () => {
  await using directory = await temporaryDirectory();
  const { images } = await openImages(directory.path, new MemoryLayers());
  using held = new DisposableStack();
  const request = {
    config: { Cmd: ['sh'] },
    steps: [{ createdBy: 'sh', created, layer: undefined }],
  };
  const made = images.commitSteps(request, (image) => {
    held.use(images.hold(image));
  });
  const pruned = images.prune({ scope: 'dangling', matches: () => true });
  expect((await pruned).removed).toEqual([]);
  await images.tag((await made).id, 'app:1');
  expect(images.resolve('app:1').id).toBe((await made).id);
});

test('a tag that stays is not written again, and has the time of its last build', async () => {
  await using directory = await temporaryDirectory();
  const { images } = await openImages(directory.path, new MemoryLayers());
  const build = (name: string, config = {}) =>
    images.commit({ config, createdBy: 'CMD', created }, parseReference(name));
  const names = join(directory.path, 'records/names');
  const files = async () =>
    Promise.all(
      (await readdir(names))
        .filter((name) => name.endsWith('.json'))
        .map(async (name) => (await stat(join(names, name))).ino),
    );
  const { id } = await build('app:1');
  const [first, named] = [await files(), images.store.lastNamed(id) ?? ''];
  while (new Date().toISOString() === named) await new Promise((resolve) => setImmediate(resolve));
  await build('app:1');
  expect(await files()).toEqual(first);
  expect((images.store.lastNamed(id) ?? '') > named).toBe(true);
  const moved = await build('app:1', { Env: ['A=1'] });
  const again = await openImages(directory.path, images.layers);
  expect(again.images.resolve('app:1').id).toBe(moved.id);
});
