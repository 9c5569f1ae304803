import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseReference } from '../../../registry/reference.ts';
import { MemoryLayers } from '../../../store/testing/memory-layers.ts';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import { openImages } from '../testing/images-fixture.ts';
import { documentsFor, foreign, indexFor, native } from '../testing/platform-images.ts';

async function fixture() {
  const directory = await temporaryDirectory();
  const opened = await openImages(directory.path, new MemoryLayers());
  const documents = indexFor([documentsFor(foreign, 'foreign'), documentsFor(native, 'native')]);
  const { images } = await opened.images.addIndex(documents, [parseReference('app:1')]);
  const [other, own] = images;
  if (other === undefined || own === undefined) throw new Error('two images are stored');
  return {
    ...{ ...opened, directory, documents, other, own },
    reopen: () => openImages(directory.path, opened.images.layers),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

test('a tag has the images of an index, and means the one for the VM', async () => {
  await using all = await fixture();
  const check = ({ images }: typeof all) => {
    expect(images.resolve('app:1').id).toBe(all.own.id);
    expect(images.resolve('app:1', native).id).toBe(all.own.id);
    expect(images.resolve('app:1', foreign).id).toBe(all.other.id);
    expect(() => images.resolve('app:1', { os: 'linux', architecture: 's390x' })).toThrow(
      'image with reference app:1 was found but does not provide the specified platform (linux/s390x)',
    );
    expect(images.resolve(all.documents.index.digest, foreign).id).toBe(all.other.id);
    expect(images.resolve(all.own.id, foreign).id).toBe(all.other.id);
  };
  check(all);
  await all.images.sweep();
  check({ ...all, ...(await all.reopen()) });
});

test('another tag of the image has the same platforms', async () => {
  await using all = await fixture();
  await all.images.tag('app:1', 'copy:1');
  expect(all.images.resolve('copy:1', foreign).id).toBe(all.other.id);
  await all.images.remove('app:1', false);
  expect(all.images.resolve('copy:1', foreign).id).toBe(all.other.id);
  await all.images.remove('copy:1', false);
  expect(all.images.store.list()).toEqual([]);
  expect(all.images.content.list()).toEqual([]);
});

test('one platform can be removed, also the one for the VM', async () => {
  await using all = await fixture();
  const removed = await all.images.removePlatforms('app:1', [native]);
  expect(removed).toEqual([{ Deleted: all.own.record.manifest.digest }]);
  expect(all.images.resolve('app:1').id).toBe(all.other.id);
  const { images } = await all.reopen();
  expect(images.resolve('app:1').id).toBe(all.other.id);
  await images.removePlatforms('app:1', [foreign]);
  expect(images.store.list()).toEqual([]);
});

test('a platform that also has a name of its own can be removed', async () => {
  await using all = await fixture();
  const { digest } = all.other.record.manifest;
  await all.images.store.setName(parseReference(`app@${digest}`), all.other.id);
  await all.images.removePlatforms('app:1', [foreign]);
  expect(all.images.resolve('app:1').id).toBe(all.own.id);
  expect(all.images.store.list()).toEqual([all.own]);
});

test('a platform that the VM does not prefer can be removed by its own ID', async () => {
  await using all = await fixture();
  const removed = await all.images.remove(all.other.id, false);
  expect(removed[0]).toEqual({ Deleted: all.other.id });
  expect(all.images.store.list()).toEqual([all.own]);
  expect(all.images.resolve('app:1', native).id).toBe(all.own.id);
  await all.images.remove('app:1', false);
  expect(all.images.store.list()).toEqual([]);
});

test("of two platforms that are not the VM's, each can be removed by its own ID", async () => {
  const s390x = { os: 'linux', architecture: 's390x' };
  for (const asPlatform of [false, true]) {
    await using directory = await temporaryDirectory();
    const { images } = await openImages(directory.path, new MemoryLayers());
    const documents = indexFor([documentsFor(foreign, 'foreign'), documentsFor(s390x, 's390x')]);
    const added = await images.addIndex(documents, [parseReference('app:1')]);
    const [, second] = added.images;
    if (second === undefined) throw new Error('two images are stored');
    await (asPlatform
      ? images.removePlatforms(second.id, [s390x])
      : images.remove(second.id, false));
    expect(images.store.list()).toEqual([added.images[0]]);
    await images.remove(images.resolve('app:1').id, false);
    expect(images.store.list()).toEqual([]);
  }
});

test('a prune leaves an index whose platforms do not all match', async () => {
  await using all = await fixture();
  const matches = ({ id }: { id: string }) => id === all.own.id;
  const { removed } = await all.images.prune({ scope: 'all', matches });
  expect(removed).toEqual([]);
  expect(all.images.resolve('app:1', foreign).id).toBe(all.other.id);
});

test('a platform that a running container uses stays', async () => {
  await using all = await fixture();
  all.users.set(all.other.id, [{ containerId: 'c'.repeat(64), running: true }]);
  await expect(all.images.removePlatforms('app:1', [foreign])).rejects.toThrow(
    'image is being used by running container cccccccccccc',
  );
  await expect(all.images.remove(all.own.id, true)).rejects.toThrow('cannot be forced');
  await all.images.prune({ scope: 'all', matches: () => true });
  expect(all.images.resolve('app:1', foreign).id).toBe(all.other.id);
  expect(all.images.resolve('app:1', native).id).toBe(all.own.id);
});

test('a prune of dangling images keeps every platform of a tag', async () => {
  await using all = await fixture();
  const { removed } = await all.images.prune({ scope: 'dangling', matches: () => true });
  expect(removed).toEqual([]);
});

test('an older version of Berth keeps the images and their documents', async () => {
  await using all = await fixture();
  const names = join(all.directory.path, 'records', 'names');
  const [file = ''] = (await readdir(names)).filter((name) => name.endsWith('.json'));
  const record = JSON.parse(await readFile(join(names, file), 'utf8'));
  // The older version reads only these fields, and writes no others.
  expect(record).toMatchObject({ name: 'docker.io/library/app:1', image: all.own.id });
  await mkdir(names, { recursive: true });
  const { name, image, since } = record;
  await writeFile(join(names, file), JSON.stringify({ name, image, since }));
  const blobs = new Set([all.own, all.other].flatMap((each) => each.record.blobs));
  expect([...blobs].sort()).toEqual([...all.images.content.list()].sort());
  const { images } = await all.reopen();
  expect(images.resolve('app:1').id).toBe(all.own.id);
  expect(images.store.get(all.other.id)).toBeDefined();
});

test('the list of platforms that is damaged leaves one platform, and says so', async () => {
  await using all = await fixture();
  const blob = all.documents.index.digest.slice('sha256:'.length);
  await writeFile(join(all.directory.path, 'blobs', blob), 'damaged');
  const { images, damage } = await all.reopen();
  expect(images.resolve('app:1').id).toBe(all.own.id);
  expect(damage.messages()).toEqual([expect.stringContaining('list of platforms')]);
});
