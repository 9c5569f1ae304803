import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { CompressedLayers } from '../../engine/images/distribution/compressed-layers.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { type ImagesFixture, openImages } from '../../engine/images/testing/images-fixture.ts';
import type { Platform } from '../../registry/platform.ts';
import { sha256 } from '../../store/digest.ts';
import { readTar } from '../../store/tar/reader.ts';
import { MemoryLayers } from '../../store/testing/memory-layers.ts';
import { writeTar } from '../../store/testing/tar-writer.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { StatusLog } from '../jobs/status-log.ts';
import { Vertex } from '../jobs/vertex.ts';
import { type ImageOptions, readImageOptions } from './image-options.ts';
import { layerWriter } from './layer-blobs.ts';
import type { Attestation } from './statement.ts';
import { usesOci, type WrittenImage, writeImage } from './write-image.ts';

const amd64 = { os: 'linux', architecture: 'amd64' };
const arm64 = { os: 'linux', architecture: 'arm64', variant: 'v8' };
const { signal } = new AbortController();

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let fixture: ImagesFixture;
let compressed: CompressedLayers;

beforeEach(async () => {
  directory = await temporaryDirectory();
  const layers = new MemoryLayers();
  fixture = await openImages(directory.path, layers);
  compressed = new CompressedLayers(layers);
});
afterEach(() => directory[Symbol.asyncDispose]());

/** An image with a base of one layer and one layer of its own. */
async function built(platform: Platform, content: string): Promise<StoredImage> {
  const { images } = fixture;
  const layerOf = (text: string) =>
    images.addLayer(Readable.from([writeTar([{ name: 'file', content: text, mtime: 2_000 }])]));
  using baseLayer = await layerOf('base');
  const common = { config: { Cmd: ['sh'] }, platform };
  const base = await images.commit({
    ...{ ...common, layer: baseLayer, createdBy: 'base', created: '2026-01-01T00:00:00.5Z' },
  });
  using layer = await layerOf(content);
  return images.commit({
    ...{ ...common, parent: base, layer, createdBy: 'COPY', created: '2026-02-01T00:00:00Z' },
    buildStep: 'copy',
  });
}

interface Wanted {
  readonly attributes?: Record<string, string>;
  readonly attestations?: readonly Attestation[];
  readonly cache?: string;
}

async function write(
  images: readonly (readonly [Platform, StoredImage])[],
  { attributes = {}, attestations = [], cache }: Wanted = {},
  log = new StatusLog(),
): Promise<WrittenImage> {
  const options: ImageOptions = readImageOptions(attributes, false, undefined);
  const platforms = images.map(([platform, image]) => ({ platform, image, attestations, cache }));
  const kept = new DisposableStack();
  onTestFinished(() => kept.dispose());
  const request = {
    platforms,
    isIndex: images.length > 1 || attestations.length > 0,
    options,
    writeLayer: layerWriter(compressed, options.format, usesOci(platforms, options)),
    keep: (layer: Disposable) => void kept.use(layer),
  };
  const vertex = new Vertex(log, 'test', 'exporting');
  return writeImage(fixture.images, request, vertex, signal);
}

const documents = ({ manifests }: WrittenImage) =>
  manifests.map(({ bytes }) => JSON.parse(bytes.toString()));

async function contentOf({ blobs }: WrittenImage, digest: string): Promise<Buffer> {
  const blob = blobs.find((each) => each.digest === digest);
  return buffer(Readable.from(blob?.open() ?? []));
}

test('one platform gives a manifest with Docker’s types, whose blobs have their digests', async () => {
  const image = await built(amd64, 'own');
  const written = await write([[amd64, image]]);
  const [manifest] = documents(written);
  expect(manifest).toMatchObject({
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config: { mediaType: 'application/vnd.docker.container.image.v1+json', digest: image.id },
  });
  expect(manifest.layers).toHaveLength(2);
  for (const { digest, size } of [manifest.config, ...manifest.layers]) {
    const bytes = await contentOf(written, digest);
    expect([sha256(bytes), bytes.length]).toEqual([digest, size]);
  }
  expect(written.configDigest).toBe(image.id);
  expect(written.top.platform).toEqual(amd64);
});

test('several platforms give an index with a manifest for each', async () => {
  const images = [await built(amd64, 'one'), await built(arm64, 'two')] as const;
  const written = await write([
    [amd64, images[0]],
    [arm64, images[1]],
  ]);
  const index = documents(written).at(-1);
  expect(index.mediaType).toBe('application/vnd.docker.distribution.manifest.list.v2+json');
  expect(index.manifests.map(({ platform }: { platform: Platform }) => platform)).toEqual([
    amd64,
    { os: 'linux', architecture: 'arm64' },
  ]);
  const last = written.manifests.at(-1);
  expect(last?.digest).toBe(written.top.digest);
});

test('attestations are manifests of the index that refer to their image', async () => {
  const attestations: Attestation[] = [
    {
      ...{ predicateType: 'https://example.com/p', predicate: { a: 1 } },
      ...{ filename: 'p.json', isInlineOnly: true },
    },
  ];
  const written = await write([[amd64, await built(amd64, 'own')]], {
    ...{ attributes: { name: 'some/name:1' }, attestations },
  });
  const [manifest, attested, index] = documents(written);
  expect(index.mediaType).toBe('application/vnd.oci.image.index.v1+json');
  const image = sha256(written.manifests[0]?.bytes ?? '');
  expect(index.manifests[1]).toMatchObject({
    annotations: {
      'vnd.docker.reference.digest': image,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
    platform: { architecture: 'unknown', os: 'unknown' },
  });
  expect(manifest.mediaType).toBe('application/vnd.oci.image.manifest.v1+json');
  const [layer] = attested.layers;
  expect(layer.annotations).toEqual({ 'in-toto.io/predicate-type': 'https://example.com/p' });
  expect(JSON.parse((await contentOf(written, layer.digest)).toString())).toEqual({
    _type: 'https://in-toto.io/Statement/v0.1',
    predicateType: 'https://example.com/p',
    subject: [
      {
        name: 'pkg:docker/some/name@1?platform=linux%2Famd64',
        digest: { sha256: image.slice('sha256:'.length) },
      },
    ],
    predicate: { a: 1 },
  });
});

test('attestations as artifacts have their image as the subject', async () => {
  const attestation = { predicateType: 'p', predicate: {}, filename: 'p', isInlineOnly: false };
  const written = await write([[amd64, await built(amd64, 'own')]], {
    ...{ attributes: { 'oci-artifact': 'true' }, attestations: [attestation] },
  });
  const [, attested] = documents(written);
  expect(attested).toMatchObject({
    artifactType: 'application/vnd.docker.attestation.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.empty.v1+json', size: 2 },
    subject: { digest: written.manifests[0]?.digest },
  });
});

test('annotations are in the manifest, in the index and in their descriptors', async () => {
  const image = await built(amd64, 'own');
  const [manifest] = documents(
    await write([[amd64, image]], { attributes: { 'annotation.a': '1', 'oci-mediatypes': '' } }),
  );
  expect(manifest.annotations).toEqual({ a: '1' });
  const written = await write(
    [
      [amd64, image],
      [arm64, await built(arm64, 'two')],
    ],
    {
      attributes: {
        'annotation-index.i': '2',
        'annotation-manifest[linux/arm64].m': '3',
        'annotation-manifest-descriptor.d': '4',
        'annotation-index-descriptor.e': '5',
      },
    },
  );
  const [first, second, index] = documents(written);
  expect(index.annotations).toEqual({ i: '2' });
  expect([first.annotations, second.annotations]).toEqual([undefined, { m: '3' }]);
  expect(index.manifests[0].annotations).toEqual({ d: '4' });
  expect(written.top.annotations).toEqual({ e: '5' });
});

test.each([
  [{ 'annotation-index.i': '1' }, 'index annotations not supported for single platform export'],
  [
    { 'annotation-manifest[linux/arm64].a': '1' },
    'invalid annotation: no platform linux/arm64 found in source',
  ],
  [{ 'annotation-nosuch.a': '1' }, 'unrecognized annotation type nosuch'],
  [{ compression: 'estargz' }, "Berth can't write layers with the compression estargz"],
  [{ compression: 'rar' }, 'unsupported compression type rar'],
  [
    { 'rewrite-timestamp': 'maybe' },
    'non-bool value specified for rewrite-timestamp: strconv.ParseBool: parsing "maybe": invalid syntax',
  ],
])('refuses %j', async (attributes, message) => {
  const image = await built(amd64, 'own');
  await expect(write([[amd64, image]], { attributes })).rejects.toThrow(message);
});

test.each([
  ['zstd', 'application/vnd.docker.image.rootfs.diff.tar.zstd'],
  ['uncompressed', 'application/vnd.docker.image.rootfs.diff.tar'],
])('layers with the compression %s', async (compression, mediaType) => {
  const written = await write([[amd64, await built(amd64, 'own')]], {
    attributes: { compression },
  });
  const [{ layers }] = documents(written);
  for (const layer of layers) {
    expect(layer.mediaType).toBe(mediaType);
    expect(sha256(await contentOf(written, layer.digest))).toBe(layer.digest);
  }
});

test('SOURCE_DATE_EPOCH limits the times of the build’s own steps, and of files on request', async () => {
  const image = await built(amd64, 'own');
  const attributes = {
    ...{ 'source-date-epoch': '1000', 'rewrite-timestamp': 'true', compression: 'uncompressed' },
  };
  const written = await write([[amd64, image]], { attributes });
  const config = JSON.parse((await contentOf(written, written.configDigest ?? '')).toString());
  expect(config.created).toBe('1970-01-01T00:16:40Z');
  expect(config.history.map(({ created }: { created: string }) => created)).toEqual([
    '2026-01-01T00:00:00.5Z',
    '1970-01-01T00:16:40Z',
  ]);
  const { layers } = documents(written)[0];
  // BuildKit's name of a layer whose times it changed. The base image's layers stay as they are.
  expect(layers.map(({ annotations }: { annotations?: object }) => annotations)).toEqual([
    undefined,
    { 'buildkit/rewritten-timestamp': '1000' },
  ]);
  const times: number[] = [];
  for (const { digest } of layers) {
    const tar = await contentOf(written, digest);
    for await (const { member } of readTar(Readable.from([tar]))) times.push(member.mtime);
  }
  expect(times).toEqual([2_000, 1_000]);
  expect(config.rootfs.diff_ids[0]).toBe(image.layers[0]);
  expect(config.rootfs.diff_ids[1]).not.toBe(image.layers[1]);
});

test('the progress shows the layers, then the documents of each platform', async () => {
  const log = new StatusLog();
  await write([[amd64, await built(amd64, 'own')]], {}, log);
  const shown = [...log.events].flatMap(({ statuses = [] }) =>
    statuses.filter(({ completed }) => completed).map(({ ID = '' }) => ID.replace(/sha256:.*/, '')),
  );
  expect(shown).toEqual(['exporting layers', 'exporting manifest ', 'exporting config ']);
});
