import { expect, test } from 'vitest';
import { parseReference } from '../../../registry/reference.ts';
import { MemoryLayers } from '../../../store/testing/memory-layers.ts';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import { openImages } from '../testing/images-fixture.ts';
import { isIntermediate } from './filters.ts';
import type { StoredImage } from './stored-image.ts';

/** base:1 ← a ← b ← app:1, and a ← other:1 */
async function fixture() {
  const directory = await temporaryDirectory();
  const { images, users } = await openImages(directory.path, new MemoryLayers());
  const make = (createdBy: string, parent?: StoredImage, name?: string) =>
    images.commit(
      { createdBy, parent, config: {}, created: '2026-01-01T00:00:00.000Z' },
      name === undefined ? undefined : parseReference(name),
    );
  const base = await make('base', undefined, 'base:1');
  const a = await make('a', base);
  const b = await make('b', a);
  const app = await make('app', b, 'app:1');
  const other = await make('other', a, 'other:1');
  const left = () => images.store.list().map(({ id }) => id);
  return {
    ...{ images, users, left, base, a, b, app, other },
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

test('unnamed intermediate images are not listed', async () => {
  await using all = await fixture();
  const hidden = all.images.store.list().filter((image) => isIntermediate(all.images.store, image));
  expect(hidden.map(({ id }) => id)).toEqual([all.a.id, all.b.id]);
});

test('an image is removed with the parents that only it needs', async () => {
  await using all = await fixture();
  expect(await all.images.remove('app:1', false)).toEqual([
    { Untagged: 'app:1' },
    { Deleted: all.app.id },
    { Deleted: all.b.id },
  ]);
  await all.images.remove('other:1', false);
  expect(all.left()).toEqual([all.base.id]);
});

test('an image that a container uses stays, and its parents too', async () => {
  await using all = await fixture();
  all.users.set(all.b.id, [{ containerId: 'c'.repeat(64), running: false }]);
  await all.images.remove('app:1', false);
  expect(all.left()).toEqual([all.base.id, all.a.id, all.b.id, all.other.id]);
});

test('an image with children only loses its name', async () => {
  await using all = await fixture();
  await expect(all.images.remove(all.base.id, true)).rejects.toThrow(
    '(cannot be forced) - image has dependent child images',
  );
  expect(await all.images.remove('base:1', false)).toEqual([{ Untagged: 'base:1' }]);
  expect(all.left()).toContain(all.base.id);
});

test('a prune removes unnamed images without children, and keeps images that a build uses', async () => {
  await using all = await fixture();
  const prune = async () =>
    (await all.images.prune({ scope: 'dangling', matches: () => true })).removed;
  expect(await prune()).toEqual([]);
  await all.images.tag('other:1', 'app:1');
  const hold = all.images.hold(all.app);
  expect(await prune()).toEqual([]);
  hold[Symbol.dispose]();
  expect(await prune()).toEqual([{ Deleted: all.app.id }, { Deleted: all.b.id }]);
});
