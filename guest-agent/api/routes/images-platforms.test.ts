import { request } from 'node:http';
import { join } from 'node:path';
import { json as readJson } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { openImages } from '../../engine/images/testing/images-fixture.ts';
import {
  documentsFor,
  foreign,
  indexFor,
  native,
} from '../../engine/images/testing/platform-images.ts';
import { parseReference } from '../../registry/reference.ts';
import { MemoryLayers } from '../../store/testing/memory-layers.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { ApiServer } from '../server.ts';
import { imageRoutes } from './images.ts';

async function fixture() {
  const directory = await temporaryDirectory();
  const { images, users } = await openImages(directory.path, new MemoryLayers());
  const documents = indexFor([documentsFor(native, 'native'), documentsFor(foreign, 'foreign')]);
  const { images: stored } = await images.addIndex(documents, [parseReference('app:1')]);
  const [own, other] = stored;
  if (own === undefined || other === undefined) throw new Error('two images are stored');
  const server = new ApiServer(imageRoutes(images), () => {});
  const socketPath = join(directory.path, 'engine.sock');
  await server.listen(socketPath);
  const call = async (method: string, path: string) => {
    const { promise, resolve, reject } =
      Promise.withResolvers<import('node:http').IncomingMessage>();
    request({ socketPath, method, path }, resolve).on('error', reject).end();
    const response = await promise;
    return { status: response.statusCode, body: (await readJson(response)) as unknown };
  };
  return {
    ...{ images, users, documents, own, other, call },
    async [Symbol.asyncDispose]() {
      server.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}

const inQuery = (platform: object) => encodeURIComponent(JSON.stringify(platform));

test('the list has one row for an index, with its manifests on request', async () => {
  await using all = await fixture();
  all.users.set(all.other.id, [{ containerId: 'c'.repeat(64), running: false }]);
  const { body } = await all.call('GET', '/images/json?manifests=1&shared-size=1');
  const { mediaType, digest, bytes } = all.documents.index;
  expect(body).toEqual([
    expect.objectContaining({
      Id: all.own.id,
      RepoTags: ['app:1'],
      Containers: 1,
      Descriptor: { mediaType, digest, size: bytes.length },
      Manifests: [
        expect.objectContaining({
          ID: all.own.record.manifest.digest,
          Available: true,
          Kind: 'image',
          ImageData: expect.objectContaining({ Platform: native, Containers: [] }),
        }),
        expect.objectContaining({
          ID: all.other.record.manifest.digest,
          Kind: 'image',
          ImageData: expect.objectContaining({
            Platform: foreign,
            Containers: ['c'.repeat(64)],
          }),
        }),
        expect.objectContaining({
          Available: true,
          Kind: 'attestation',
          AttestationData: { For: all.own.record.manifest.digest },
        }),
        expect.objectContaining({
          Kind: 'attestation',
          AttestationData: { For: all.other.record.manifest.digest },
        }),
      ],
    }),
  ]);
});

test('a platform that was removed is listed as not available', async () => {
  await using all = await fixture();
  const refused = await all.call('DELETE', `/images/app:1?platforms=${inQuery(foreign)}`);
  expect(refused).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('Use —-force to force delete') },
  });
  const removed = await all.call('DELETE', `/images/app:1?force=1&platforms=${inQuery(foreign)}`);
  expect(removed.body).toEqual([{ Deleted: all.other.record.manifest.digest }]);
  const { body } = await all.call('GET', '/images/app:1/json?manifests=1');
  const { Manifests } = body as { Manifests: { ID: string; Available: boolean }[] };
  expect(Manifests.map(({ Available }) => Available)).toEqual([true, false, true, true]);
});

test('inspect and history show the platform that the client asks for', async () => {
  await using all = await fixture();
  const inspect = async (query: string) =>
    (await all.call('GET', `/images/app:1/json${query}`)).body;
  expect(await inspect('')).toMatchObject({
    ...{ Id: all.own.id, RepoTags: ['app:1'], Descriptor: { digest: all.documents.index.digest } },
  });
  expect(await inspect(`?platform=${inQuery(foreign)}`)).toMatchObject({
    Id: all.other.id,
    RepoTags: ['app:1'],
    Architecture: foreign.architecture,
    Config: { Labels: { label: 'foreign' } },
    Descriptor: { digest: all.other.record.manifest.digest },
  });
  expect(await inspect(`?manifests=1&platform=${inQuery(foreign)}`)).toEqual({
    message: 'conflicting options: manifests and platform options cannot both be set',
  });
  expect(
    await all.call(
      'GET',
      `/images/app:1/json?platform=${inQuery({ os: 'linux', architecture: 'mips' })}`,
    ),
  ).toMatchObject({ status: 404 });
  const history = await all.call('GET', `/images/app:1/history?platform=${inQuery(foreign)}`);
  expect(history.body).toMatchObject([{ Id: all.other.id, Tags: ['app:1'] }]);
});

test('the attestations of an image are listed by platform and kind, with statements on request', async () => {
  await using all = await fixture();
  const provenance = 'https://slsa.dev/provenance/v0.2';
  const ask = async (query: string) =>
    (await all.call('GET', `/images/app:1/attestations${query}`)).body;
  const entry = {
    Descriptor: expect.objectContaining({ mediaType: 'application/vnd.in-toto+json' }),
    PredicateType: provenance,
  };
  expect(await ask('')).toEqual([entry]);
  expect(await ask(`?type=${encodeURIComponent(provenance)}&type=other`)).toEqual([entry]);
  expect(await ask('?type=https://spdx.dev/Document')).toEqual([]);
  expect(await ask(`?statement=1&platform=${inQuery(foreign)}`)).toEqual([
    {
      ...entry,
      Statement: expect.objectContaining({
        predicateType: provenance,
        predicate: { builder: { id: all.other.record.manifest.digest } },
      }),
    },
  ]);
  const two = `?platform=${inQuery(native)}&platform=${inQuery(foreign)}`;
  expect(await ask(two)).toEqual({ message: 'only one platform value is currently supported' });
  const mips = inQuery({ os: 'linux', architecture: 'mips' });
  expect(await all.call('GET', `/images/app:1/attestations?platform=${mips}`)).toMatchObject({
    status: 404,
  });
  expect(await all.call('GET', '/images/other:1/attestations')).toMatchObject({ status: 404 });
});

test('each version of the API has its own fields', async () => {
  await using all = await fixture();
  const fields = async (version: string) => {
    const { body } = await all.call('GET', `/v${version}/images/app:1/json`);
    return Object.keys(body as object);
  };
  expect(await fields('1.43')).toContain('VirtualSize');
  expect(await fields('1.44')).not.toContain('VirtualSize');
  expect(await fields('1.51')).toEqual(expect.arrayContaining(['Parent', 'GraphDriver']));
  expect(await fields('1.52')).not.toEqual(expect.arrayContaining(['Parent']));
  expect(await fields('1.52')).not.toEqual(expect.arrayContaining(['GraphDriver']));
});
