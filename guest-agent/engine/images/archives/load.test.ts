import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nativePlatform } from '../../../registry/platform.ts';
import { parseReference } from '../../../registry/reference.ts';
import { testImage } from '../../../registry/testing/test-image.ts';
import { sha256 } from '../../../store/digest.ts';
import { MemoryLayers } from '../../../store/testing/memory-layers.ts';
import { type TarEntry, writeTar } from '../../../store/testing/tar-writer.ts';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import { type ImagesFixture, openImages } from '../testing/images-fixture.ts';
import { loadImages } from './load.ts';
import { saveImages } from './save.ts';

const created = '2026-01-02T03:04:05.000Z';
const layerOne = writeTar([{ name: 'one', content: '1'.repeat(3000) }]);
const layerTwo = writeTar([{ name: 'two', content: '2' }]);

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let count = 0;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory[Symbol.asyncDispose]());

const emptyCache = () => openImages(`${directory.path}/${count++}`, new MemoryLayers());

async function load({ images }: ImagesFixture, archive: Buffer, quiet = true): Promise<unknown[]> {
  const messages: unknown[] = [];
  const source = Readable.from([archive], { objectMode: false });
  const options = { quiet, platforms: [] };
  const { signal } = new AbortController();
  for await (const one of loadImages(images, source, options, signal)) messages.push(one);
  return messages;
}

async function withImages(): Promise<ImagesFixture> {
  const fixture = await emptyCache();
  const { images } = fixture;
  using one = await images.addLayer(Readable.from([layerOne]));
  using two = await images.addLayer(Readable.from([layerTwo]));
  const base = await images.commit(
    { layer: one, config: { Env: ['A=1'] }, createdBy: 'one', created },
    parseReference('base:1'),
  );
  const top = { parent: base, layer: two, config: { Cmd: ['x'] }, createdBy: 'two', created };
  await images.commit(top, parseReference('registry.example/top:2'));
  return fixture;
}

test('saved images load elsewhere as the same images, and save as the same bytes', async () => {
  const first = await withImages();
  const names = ['base:1', 'registry.example/top:2'];
  const archive = await buffer(saveImages(first.images, names));
  const second = await emptyCache();
  expect(await load(second, archive)).toEqual([
    { stream: 'Loaded image: base:1\n' },
    { stream: 'Loaded image: registry.example/top:2\n' },
  ]);
  for (const name of names) {
    // Only the place where an image was created knows its parent.
    const { parent: _, ...record } = first.images.resolve(name).record;
    expect(second.images.resolve(name)).toEqual({ ...first.images.resolve(name), record });
  }
  expect((await buffer(saveImages(second.images, names))).equals(archive)).toBe(true);
  expect(second.events.past().map(({ action }) => action)).toContain('load');
});

test('an image that is saved by its ID has no name after loading', async () => {
  const first = await withImages();
  const { id } = first.images.resolve('base:1');
  const second = await emptyCache();
  const archive = await buffer(saveImages(first.images, [id]));
  expect(await load(second, archive)).toEqual([{ stream: `Loaded image ID: ${id}\n` }]);
});

test('a name without a tag saves all tags; an unknown name saves nothing', async () => {
  const { images } = await withImages();
  await images.tag('registry.example/top:2', 'base:2');
  const second = await emptyCache();
  expect(await load(second, await buffer(saveImages(images, ['base'])))).toHaveLength(2);
  expect(() => saveImages(images, ['base', 'nope:1'])).toThrow('No such image: nope:1');
  expect(() => saveImages(images, ['nope'])).toThrow(/^No such image: nope$/);
});

test('a tag moves to the loaded image, and the answer says so', async () => {
  const first = await withImages();
  const second = await withImages();
  const old = second.images.resolve('base:1').id;
  await second.images.tag('registry.example/top:2', 'base:1');
  const now = second.images.resolve('base:1').id;
  const said = await load(second, await buffer(saveImages(first.images, ['base:1'])));
  expect(said[0]).toEqual({
    stream: `The image base:1 already exists, renaming the old one with ID ${now} to empty string\n`,
  });
  expect(second.images.resolve('base:1').id).toBe(old);
});

function ociLayout(annotations: Record<string, string>, entries: TarEntry[] = []): Buffer {
  const image = testImage([{ tar: layerOne }, { tar: layerTwo, compression: 'zstd' }]);
  const manifests = [{ ...image.manifest, annotations, platform: nativePlatform() }];
  return writeTar([
    { name: 'index.json', content: JSON.stringify({ schemaVersion: 2, manifests }) },
    { name: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' },
    ...[...image.blobs].map(([digest, content]) => ({
      ...{ name: `blobs/${digest.replace(':', '/')}`, content },
    })),
    ...entries,
  ]);
}

test.each([
  ['plain', (bytes: Buffer) => bytes],
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
])('an OCI layout loads: %s', async (_, compress) => {
  const fixture = await emptyCache();
  const archive = compress(ociLayout({ 'org.opencontainers.image.ref.name': 'me/app:3' }));
  expect(await load(fixture, archive)).toEqual([{ stream: 'Loaded image: me/app:3\n' }]);
  expect(fixture.images.resolve('me/app:3').layers).toEqual([sha256(layerOne), sha256(layerTwo)]);
});

const config = Buffer.from(
  JSON.stringify({
    ...{ architecture: 'amd64', os: 'linux' },
    rootfs: { type: 'layers', diff_ids: [sha256(layerOne), sha256(layerOne)] },
  }),
);
const oldArchive = (item: object, entries: TarEntry[]) =>
  writeTar([...entries, { name: 'manifest.json', content: JSON.stringify([item]) }]);

test('an archive of an old Docker loads, with links between its layers', async () => {
  const fixture = await emptyCache();
  const item = { Config: 'c.json', RepoTags: ['old:1'], Layers: ['a/layer.tar', 'b/layer.tar'] };
  const archive = oldArchive(item, [
    { name: 'b/layer.tar', type: 'symlink', target: '../a/layer.tar' },
    { name: 'a/', type: 'directory' },
    { name: 'a/VERSION', content: '1.0' },
    { name: 'a/json', content: '{}' },
    { name: 'a/layer.tar', content: layerOne },
    { name: 'c.json', content: config },
  ]);
  expect(await load(fixture, archive)).toEqual([{ stream: 'Loaded image: old:1\n' }]);
});

const layer = { name: 'l.tar', content: layerOne };
const item = (more: object) => ({ Config: 'c.json', Layers: ['l.tar', 'l.tar'], ...more });
const withConfig = [layer, { name: 'c.json', content: config }];
test.each<[string, Buffer, string]>([
  ['no archive at all', Buffer.from('x'.repeat(2000)), 'checksum'],
  ['a cut archive', ociLayout({}).subarray(0, 5000), 'unexpected EOF'],
  ['nothing in it', writeTar([]), 'index.json not found'],
  ['no configuration', oldArchive(item({}), [layer]), 'c.json not found'],
  ['no layer', oldArchive(item({ Layers: ['x', 'l.tar'] }), withConfig), 'x not found'],
  ['a layer too few', oldArchive(item({ Layers: ['l.tar'] }), withConfig), 'length mismatch'],
  [
    'another layer than announced',
    oldArchive(item({ Layers: ['l.tar', 'k.tar'] }), [
      ...withConfig,
      { name: 'k.tar', content: layerTwo },
    ]),
    'invalid diffID for layer 1',
  ],
  [
    'a configuration outside',
    oldArchive(item({ Config: '/etc/passwd' }), [
      { name: 'etc/passwd', type: 'symlink', target: '../../../etc/passwd' },
    ]),
    'too many links',
  ],
  ['a bad name', oldArchive(item({ RepoTags: ['../x:1'] }), withConfig), 'invalid reference'],
  [
    'a layer that isn’t a tar',
    oldArchive(item({}), [{ ...layer, content: 'x'.repeat(999) }]),
    'found',
  ],
  [
    'a truncated layer',
    oldArchive(item({}), [
      ...withConfig,
      { ...layer, content: gzipSync(layerOne).subarray(0, 30) },
    ]),
    'unexpected',
  ],
])('rejects %s, and keeps nothing', async (_, archive, message) => {
  const fixture = await emptyCache();
  await expect(load(fixture, archive)).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringContaining(message),
  });
  expect(fixture.images.store.list()).toEqual([]);
  expect(fixture.images.layers.list()).toEqual([]);
});

test('rejects a blob whose name isn’t its digest', async () => {
  const fixture = await emptyCache();
  const archive = ociLayout({});
  const place = archive.indexOf('created');
  archive.write('CREATED', place);
  await expect(load(fixture, archive)).rejects.toThrow('content verification failed');
});
