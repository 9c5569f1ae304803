import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Platform } from '../../../registry/platform.ts';
import { parseReference } from '../../../registry/reference.ts';
import {
  type StandInRegistry,
  startStandInRegistry,
} from '../../../registry/testing/stand-in-registry.ts';
import { StandInUploads } from '../../../registry/testing/stand-in-uploads.ts';
import { testImage } from '../../../registry/testing/test-image.ts';
import { sha256 } from '../../../store/digest.ts';
import { MemoryLayers } from '../../../store/testing/memory-layers.ts';
import { writeTar } from '../../../store/testing/tar-writer.ts';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import { Registries } from '../registries.ts';
import { type ImagesFixture, openImages } from '../testing/images-fixture.ts';
import { documentsFor, foreign, indexFor, native } from '../testing/platform-images.ts';

const created = '2026-01-02T03:04:05.000Z';
const tar = writeTar([{ name: 'file', content: 'content' }]);

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let registry: StandInRegistry;
let uploads: StandInUploads;
let fixture: ImagesFixture;

beforeEach(async () => {
  directory = await temporaryDirectory();
  uploads = new StandInUploads();
  registry = await startStandInRegistry({ images: {}, uploads });
  fixture = await openImages(directory.path, new MemoryLayers());
});
afterEach(async () => {
  await registry.stop();
  await directory[Symbol.asyncDispose]();
});

async function makeImage(...names: string[]): Promise<void> {
  using layer = await fixture.images.addLayer(Readable.from([tar]));
  const request = { layer, config: { Cmd: ['sh'] }, createdBy: 'test', created };
  for (const name of names) {
    await fixture.images.commit(request, parseReference(`${registry.host}/${name}`));
  }
}

async function push(
  name: string,
  credentials?: { username: string; password: string },
  platform?: Platform,
) {
  const messages: object[] = [];
  const request = {
    reference: parseReference(`${registry.host}/${name}`),
    platform,
    credentials: credentials && { kind: 'password' as const, ...credentials },
  };
  const { signal } = new AbortController();
  for await (const message of new Registries(fixture.images, []).push(request, signal))
    messages.push(message);
  return messages;
}

const says = (messages: readonly object[], pattern: RegExp) =>
  messages.some((message) => 'status' in message && pattern.test(String(message.status)));

test('sends layers, configuration and manifest, and reports the digest', async () => {
  await makeImage('team/app:1');
  const messages = await push('team/app:1');
  const { bytes = Buffer.alloc(0), mediaType } = uploads.manifests.get('team/app:1') ?? {};
  const manifest = JSON.parse(bytes.toString());
  expect(mediaType).toBe('application/vnd.oci.image.manifest.v1+json');
  const blob = uploads.blobs.get(`team/app@${manifest.layers[0].digest}`) ?? Buffer.alloc(0);
  expect(gunzipSync(blob).equals(tar)).toBe(true);
  expect(manifest.layers[0].size).toBe(blob.length);
  expect(uploads.blobs.has(`team/app@${manifest.config.digest}`)).toBe(true);
  const Digest = sha256(bytes);
  expect(messages[0]).toEqual({
    status: `The push refers to repository [${registry.host}/team/app]`,
  });
  expect(messages.slice(-2)).toEqual([
    { status: `1: digest: ${Digest} size: ${bytes.length}` },
    { progressDetail: {}, aux: { Tag: '1', Digest, Size: bytes.length } },
  ]);
  // From now on, the image can be found by this digest.
  expect(fixture.images.resolve(`${registry.host}/team/app@${Digest}`).config.Cmd).toEqual(['sh']);
  expect(fixture.events.past().at(-1)).toMatchObject({ type: 'image', action: 'push' });
});

test('sends nothing twice, and mounts layers from another repository', async () => {
  await makeImage('team/app:1', 'other/copy:2');
  await push('team/app:1');
  const before = registry.requests.length;
  expect(says(await push('team/app:1'), /^Layer already exists$/)).toBe(true);
  const puts = registry.requests.slice(before).filter(({ method }) => method === 'PUT');
  expect(puts.map(({ url }) => url)).toEqual(['/v2/team/app/manifests/1']);
  expect(says(await push('other/copy:2'), /^Mounted from team\/app$/)).toBe(true);
  expect(uploads.manifests.get('other/copy:2')).toEqual(uploads.manifests.get('team/app:1'));
});

test('a pulled image keeps its digest if the registry has its layers', async () => {
  const image = testImage([{ tar, compression: 'zstd' }]);
  registry.behaviour.images = { 'team/app:1': image };
  await fixture.pull(`${registry.host}/team/app:1`);
  await fixture.images.tag(`${registry.host}/team/app:1`, `${registry.host}/team/app:2`);

  expect(says(await push('team/app:2'), /gets a different digest/)).toBe(true);
  for (const [digest, bytes] of image.blobs) uploads.blobs.set(`team/app@${digest}`, bytes);
  expect(says(await push('team/app:2'), new RegExp(`^2: digest: ${image.manifest.digest} `))).toBe(
    true,
  );
});

test('without a tag, pushes every tag of the repository', async () => {
  await makeImage('team/app:1', 'team/app:2', 'team/other:3');
  await push('team/app');
  expect([...uploads.manifests.keys()].sort()).toEqual(['team/app:1', 'team/app:2']);
});

test('requests a token for pushing', async () => {
  registry.behaviour.auth = { username: 'me', password: 'secret' };
  await makeImage('team/app:1');
  await push('team/app:1', { username: 'me', password: 'secret' });
  const token = registry.requests.find(({ url }) => url.startsWith('/token'));
  expect(new URL(token?.url ?? '', 'http://x').searchParams.getAll('scope')).toContain(
    'repository:team/app:pull,push',
  );
  expect(uploads.manifests.has('team/app:1')).toBe(true);
  await expect(push('team/app:1', { username: 'me', password: 'no' })).rejects.toMatchObject({
    code: 'unauthorized',
  });
});

test('reports missing images in Docker’s words', async () => {
  await expect(push('team/app:1')).rejects.toThrow(
    `An image does not exist locally with the tag: ${registry.host}/team/app`,
  );
  await makeImage('team/app:1');
  await expect(push('team/app:2')).rejects.toThrow(
    `tag does not exist: ${registry.host}/team/app:2`,
  );
});

/** An image for two platforms, with an attestation for each. */
async function makeIndex(name: string) {
  const documents = indexFor([documentsFor(native, 'native'), documentsFor(foreign, 'foreign')]);
  await fixture.images.addIndex(documents, [parseReference(`${registry.host}/${name}`)]);
  return documents;
}

test('pushes an index with all platforms and attestations, unchanged', async () => {
  const { index, images, blobs } = await makeIndex('team/multi:1');
  const messages = await push('team/multi:1');
  expect(uploads.manifests.get('team/multi:1')?.bytes.equals(index.bytes)).toBe(true);
  for (const { rawManifest, rawConfig } of images) {
    expect(uploads.manifests.has(`team/multi:${rawManifest.digest}`)).toBe(true);
    expect(uploads.blobs.has(`team/multi@${sha256(rawConfig)}`)).toBe(true);
  }
  const sent = blobs.filter(
    ({ digest }) =>
      uploads.blobs.has(`team/multi@${digest}`) || uploads.manifests.has(`team/multi:${digest}`),
  );
  expect(sent).toEqual(blobs);
  expect(says(messages, new RegExp(`^1: digest: ${index.digest}`))).toBe(true);
});

test('pushes one platform on request, and none that is missing', async () => {
  const { images } = await makeIndex('team/multi:1');
  await push('team/multi:1', undefined, foreign);
  const pushed = uploads.manifests.get('team/multi:1')?.bytes;
  expect(pushed && sha256(pushed)).toBe(images[1]?.rawManifest.digest);
  await expect(
    push('team/multi:1', undefined, { os: 'linux', architecture: 'mips' }),
  ).rejects.toThrow('does not provide the specified platform (linux/mips)');
});

test('pushes the image for the VM if another platform is missing, and says so', async () => {
  const documents = indexFor([
    documentsFor(native, 'native'),
    documentsFor(foreign, 'foreign'),
    documentsFor({ os: 'linux', architecture: 's390x' }, 'third'),
  ]);
  const reference = parseReference(`${registry.host}/team/part:1`);
  await fixture.images.addIndex(documents, [reference]);
  const name = `${registry.host}/team/part:1`;
  await fixture.images.removePlatforms(name, [{ os: 'linux', architecture: 's390x' }]);
  const messages = await push('team/part:1');
  const pushed = uploads.manifests.get('team/part:1')?.bytes;
  expect(pushed && sha256(pushed)).toBe(documents.images[0]?.rawManifest.digest);
  expect(messages.at(-1)).toMatchObject({
    aux: {
      manifestPushedInsteadOfIndex: true,
      originalIndex: { digest: documents.index.digest },
      selectedManifest: { digest: documents.images[0]?.rawManifest.digest },
    },
  });
});
