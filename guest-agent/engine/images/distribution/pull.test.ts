import { randomBytes } from 'node:crypto';
import dns from 'node:dns';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { nativePlatform } from '../../../registry/platform.ts';
import { parseReference } from '../../../registry/reference.ts';
import {
  type StandInRegistry,
  startStandInRegistry,
} from '../../../registry/testing/stand-in-registry.ts';
import { testImage, writeLayout } from '../../../registry/testing/test-image.ts';
import { sha256 } from '../../../store/digest.ts';
import { MemoryLayers } from '../../../store/testing/memory-layers.ts';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import { type ImagesFixture, openImages } from '../testing/images-fixture.ts';
import type { ProgressMessage } from './progress.ts';

const base = { tar: randomBytes(200_000) };
const app = testImage([base, { tar: randomBytes(1000), compression: 'zstd' }], { Cmd: ['app'] });
const other = testImage([base, { tar: Buffer.alloc(0) }, { tar: Buffer.alloc(0) }], {});

let registry: StandInRegistry;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let layers: MemoryLayers;
let fixture: ImagesFixture;
let name: (image: string) => string;

beforeEach(async () => {
  registry = await startStandInRegistry({ images: { 'me/app:1': app, 'me/other:1': other } });
  directory = await temporaryDirectory();
  layers = new MemoryLayers();
  fixture = await openImages(directory.path, layers);
  name = (image) => `${registry.host}/${image}`;
});

afterEach(async () => {
  await registry.stop();
  await directory[Symbol.asyncDispose]();
});

const statuses = (messages: ProgressMessage[]) => messages.map(({ status }) => status);
const blobRequests = () =>
  registry.requests.filter(({ url }) => url.includes('/blobs/')).map(({ url }) => url.slice(-64));

test('pulls an image, and reports it as Docker does', async () => {
  const messages = await fixture.pull(name('me/app:1'));
  const image = fixture.images.resolve(name('me/app:1'));
  expect(image).toMatchObject({
    id: app.config.digest,
    layers: app.diffIds,
    config: { Cmd: ['app'] },
    os: 'linux',
  });
  expect(layers.list().map(({ diffId }) => diffId)).toEqual(
    expect.arrayContaining([...app.diffIds]),
  );

  expect(messages[0]).toEqual({ status: 'Pulling from me/app', id: '1' });
  const of = app.layers[0]?.digest.slice(7, 19);
  const aboutLayer = statuses(messages.filter(({ id }) => id === of));
  expect([...new Set(aboutLayer)]).toEqual([
    'Pulling fs layer',
    'Downloading',
    'Verifying Checksum',
    'Download complete',
    'Extracting',
    'Pull complete',
  ]);
  expect(statuses(messages).slice(-2)).toEqual([
    `Digest: ${app.manifest.digest}`,
    `Status: Downloaded newer image for ${name('me/app:1')}`,
  ]);
  expect(fixture.events.past().map(({ action, id }) => [action, id])).toEqual([
    ['pull', name('me/app:1')],
  ]);
});

test('a second pull downloads nothing', async () => {
  await fixture.pull(name('me/app:1'));
  registry.requests.length = 0;
  expect(statuses(await fixture.pull(name('me/app:1')))).toEqual([
    'Pulling from me/app',
    `Digest: ${app.manifest.digest}`,
    `Status: Image is up to date for ${name('me/app:1')}`,
  ]);
  expect(blobRequests()).toEqual([app.config.digest.slice(7)]);
});

test('reports layers that are already there', async () => {
  await fixture.pull(name('me/app:1'));
  const messages = await fixture.pull(name('me/other:1'));
  const of = other.layers[0]?.digest.slice(7, 19);
  expect(statuses(messages.filter(({ id }) => id === of))).toEqual(['Already exists']);
  expect(statuses(messages)).toContain('Pulling fs layer');
});

test('accepts an image with a single other platform, and warns about it', async () => {
  const reference = parseReference(name('me/app:1'));
  const platform = { os: 'linux', architecture: 's390x' };
  const request = { reference, platform, credentials: undefined };
  const messages: ProgressMessage[] = [];
  for await (const message of fixture.images.pull(request, new AbortController().signal)) {
    messages.push(message);
  }
  expect(statuses(messages).at(-1)).toMatch(
    /^WARNING: image with reference .*me\/app:1 was found but its platform \(linux\/\w+\) does not match the specified platform \(linux\/s390x\)$/,
  );
  expect(fixture.images.resolve(name('me/app:1')).id).toBe(app.config.digest);
});

test('pulls an image by digest', async () => {
  const reference = `${name('me/app')}@${app.manifest.digest}`;
  expect((await fixture.pull(reference))[0]?.id).toBe(reference);
  expect(fixture.images.resolve(reference).id).toBe(app.config.digest);
  await expect(async () => fixture.images.resolve(name('me/app'))).rejects.toMatchObject({
    code: 'not-found',
  });
});

test('images survive a restart', async () => {
  await fixture.pull(name('me/app:1'));
  const { images } = await openImages(directory.path, layers);
  expect(images.resolve(name('me/app:1'))).toEqual(fixture.images.resolve(name('me/app:1')));
});

test('pulls at the same time share common layers', async () => {
  await Promise.all([
    fixture.pull(name('me/app:1')),
    fixture.pull(name('me/other:1')),
    fixture.pull(name('me/app:1')),
  ]);
  const shared = app.layers[0]?.digest.slice(7);
  expect(blobRequests().filter((digest) => digest === shared)).toHaveLength(1);
  expect(fixture.images.store.list()).toHaveLength(2);
});

test('one of two pulls that share a download can leave', async () => {
  registry.behaviour.cutBlobs = { afterBytes: 1000, times: 1 };
  const leaver = new AbortController();
  const leaving = fixture.pull(name('me/app:1'), leaver.signal);
  const staying = fixture.pull(name('me/app:1'));
  leaver.abort();
  await expect(leaving).rejects.toMatchObject({ name: 'AbortError' });
  expect(statuses(await staying).at(-1)).toMatch(/^Status: Downloaded newer image/);
});

test('picks the platform from an index, and rejects a missing platform', async () => {
  const armConfig = { os: 'linux', architecture: 's390x' };
  const arm = testImage([{ tar: randomBytes(10) }], {}, armConfig);
  const index = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [{ ...arm.manifest, platform: armConfig }],
    }),
  );
  registry.behaviour.images['me/multi:1'] = {
    ...arm,
    manifest: { ...arm.manifest, digest: sha256(index) },
    blobs: new Map([...arm.blobs, [sha256(index), index]]),
  };
  await expect(fixture.pull(name('me/multi:1'))).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringMatching(
      /^no matching manifest for linux\/.* in the manifest list entries$/,
    ),
  });
  expect(fixture.images.store.list()).toEqual([]);
});

test('a tampered blob leaves nothing behind', async () => {
  registry.behaviour.tamperBlob = app.layers[1]?.digest ?? '';
  await expect(fixture.pull(name('me/app:1'))).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringContaining(registry.behaviour.tamperBlob),
  });
  expect(layers.get(app.diffIds[1] ?? '')).toBeUndefined();
  expect(fixture.images.store.list()).toEqual([]);
  await fixture.images.sweep();
  expect(layers.list()).toEqual([]);
});

test('rejects a blob whose diff ID differs from the configuration', async () => {
  const config = JSON.parse(app.blobs.get(app.config.digest)?.toString() ?? '');
  config.rootfs.diff_ids[0] = `sha256:${'0'.repeat(64)}`;
  const rawConfig = Buffer.from(JSON.stringify(config));
  const manifest = JSON.parse(app.blobs.get(app.manifest.digest)?.toString() ?? '');
  manifest.config = { ...manifest.config, digest: sha256(rawConfig), size: rawConfig.length };
  const rawManifest = Buffer.from(JSON.stringify(manifest));
  registry.behaviour.images['me/lie:1'] = {
    ...app,
    manifest: { ...app.manifest, digest: sha256(rawManifest) },
    blobs: new Map([
      ...app.blobs,
      [sha256(rawConfig), rawConfig],
      [sha256(rawManifest), rawManifest],
    ]),
  };
  await expect(fixture.pull(name('me/lie:1'))).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringContaining('diff ID'),
  });
  expect(fixture.images.store.list()).toEqual([]);
});

test('an aborted pull keeps nothing', async () => {
  const controller = new AbortController();
  const messages = fixture.images.pull(
    {
      reference: parseReference(name('me/app:1')),
      platform: nativePlatform(),
      credentials: undefined,
    },
    controller.signal,
  );
  const reading = (async () => {
    for await (const { status } of messages) if (status === 'Downloading') controller.abort();
  })();
  await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  expect(fixture.images.store.list()).toEqual([]);
  await fixture.images.sweep();
  expect(layers.list()).toEqual([]);
});

test('a tag that moved leaves the older image without it', async () => {
  await fixture.pull(name('me/app:1'));
  registry.behaviour.images['me/app:1'] = other;
  const messages = await fixture.pull(name('me/app:1'));
  expect(statuses(messages).at(-1)).toMatch(/Downloaded newer image/);
  expect(fixture.images.resolve(name('me/app:1')).id).toBe(other.config.digest);
  expect(fixture.images.store.namesOf(app.config.digest).map(({ tag }) => tag)).toEqual([
    undefined,
  ]);
});

test('a bundled image is available when its registry isn’t', async () => {
  await registry.stop();
  const starter = join(directory.path, 'carried');
  await writeLayout(starter, { [name('me/app:1')]: app });
  fixture = await openImages(directory.path, layers, starter);

  const messages = await fixture.pull(name('me/app:1'));
  expect(statuses(messages)[0]).toBe(
    `Registry ${registry.host} can't be reached. Using the copy of ${name('me/app:1')} that Berth ships with`,
  );
  expect(fixture.images.resolve(name('me/app:1')).id).toBe(app.config.digest);
  expect(statuses(await fixture.pull(name('me/app:1'))).at(-1)).toMatch(/up to date/);
  await expect(fixture.pull(name('me/other:1'))).rejects.toMatchObject({
    code: 'internal',
    message: expect.stringContaining('connection refused'),
  });
  registry = await startStandInRegistry({ images: {} });
});

test('the carried copy is used if nothing answers the lookup of the registry', async () => {
  const carried = join(directory.path, 'carried');
  await writeLayout(carried, { 'registry.example/me/app:1': app });
  fixture = await openImages(directory.path, layers, carried);
  using lookup = vi.spyOn(dns, 'lookup').mockImplementation(() => {});
  const messages = await fixture.pull('registry.example/me/app:1');
  expect(lookup).toHaveBeenCalledTimes(1);
  expect(statuses(messages)[0]).toBe(
    "Registry registry.example can't be reached. Using the copy of registry.example/me/app:1 that Berth ships with",
  );
});

test('a bundled image never replaces a user’s image, or an image that a registry denies', async () => {
  await fixture.pull(name('me/other:1'));
  const starter = join(directory.path, 'carried');
  await writeLayout(starter, { [name('me/other:1')]: app, [name('me/gone:1')]: app });
  fixture = await openImages(directory.path, layers, starter);
  await expect(fixture.pull(name('me/gone:1'))).rejects.toMatchObject({ code: 'not-found' });
  await registry.stop();
  await expect(fixture.pull(name('me/other:1'))).rejects.toMatchObject({ code: 'internal' });
  expect(fixture.images.resolve(name('me/other:1')).id).toBe(other.config.digest);
  registry = await startStandInRegistry({ images: {} });
});
