import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import type { Credentials } from './auth/credentials.ts';
import { RegistryClient } from './client.ts';
import { UnreachableError } from './http/http.ts';
import { parseReference } from './reference.ts';
import {
  type Behaviour,
  type StandInRegistry,
  startStandInRegistry,
} from './testing/stand-in-registry.ts';
import { testImage } from './testing/test-image.ts';

const image = testImage([{ tar: randomBytes(300_000), compression: 'none' }]);
const [layer = image.manifest] = image.layers;
const bytes = image.blobs.get(layer.digest) ?? Buffer.alloc(0);
const signal = new AbortController().signal;

let registry: StandInRegistry | undefined;
afterEach(() => registry?.stop());

async function start(behaviour: Omit<Behaviour, 'images'> = {}, credentials?: Credentials) {
  registry = await startStandInRegistry({ ...behaviour, images: { 'a/b:1': image } });
  const { domain, path } = parseReference(`${registry.host}/a/b`);
  return { registry, client: new RegistryClient({ domain, path }, credentials, []) };
}

const download = (client: RegistryClient) => buffer(client.blob(layer, signal));

test('fetches a manifest by tag and by digest', async () => {
  const { client } = await start();
  const byTag = await client.manifest('1', signal);
  expect(byTag).toMatchObject({
    digest: image.manifest.digest,
    mediaType: image.manifest.mediaType,
  });
  expect(await client.manifest(image.manifest.digest, signal)).toEqual(byTag);
});

test('reports a missing tag', async () => {
  const { client, registry } = await start();
  await expect(client.manifest('nope', signal)).rejects.toMatchObject({
    code: 'not-found',
    message: `manifest for ${registry.host}/a/b:nope not found: manifest unknown: manifest unknown`,
  });
});

test('rejects a manifest with another digest than announced', async () => {
  const { client } = await start({ announceDigest: `sha256:${'0'.repeat(64)}` });
  await expect(client.manifest('1', signal)).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringContaining('manifest verification failed'),
  });
});

test('gets a token on request, once for all requests', async () => {
  const { client, registry } = await start({ auth: 'anonymous' });
  await Promise.all([client.manifest('1', signal), download(client), download(client)]);
  expect(registry.requests.filter(({ url }) => url.startsWith('/token'))).toHaveLength(1);
  const { url = '' } = registry.requests.find((seen) => seen.url.startsWith('/token')) ?? {};
  expect(new URL(url, 'http://x').searchParams.get('scope')).toBe('repository:a/b:pull');
});

test('sends the password only to the token server', async () => {
  const auth = { username: 'me', password: 'sécret' };
  const { client, registry } = await start({ auth }, { kind: 'password', ...auth });
  await client.manifest('1', signal);
  for (const { url, headers } of registry.requests) {
    if (url.startsWith('/token')) expect(headers.authorization).toMatch(/^Basic /);
    else expect(headers.authorization ?? '').not.toMatch(/Basic/);
  }
});

test('reports a wrong password', async () => {
  const auth = { username: 'me', password: 'right' };
  const wrong = { kind: 'password', username: 'me', password: 'wrong' } as const;
  const { client } = await start({ auth }, wrong);
  await expect(client.manifest('1', signal)).rejects.toMatchObject({
    code: 'unauthorized',
    message: 'unauthorized: incorrect username or password',
  });
});

test('reports a private image without a login', async () => {
  const { client, registry } = await start({ auth: { username: 'me', password: 'x' } });
  await expect(client.manifest('1', signal)).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining(
      `pull access denied for ${registry.host}/a/b, repository does not exist or may require 'docker login'`,
    ),
  });
});

test('sends no credentials to the storage to which blobs are redirected', async () => {
  const { client, registry } = await start({ auth: 'anonymous', redirectBlobs: true });
  await client.manifest('1', signal);
  expect((await download(client)).equals(bytes)).toBe(true);
  expect(registry.requests.at(-1)?.headers.authorization).toMatch(/^Bearer /);
  expect(registry.storageRequests).toHaveLength(1);
  expect(registry.storageRequests[0]?.headers.authorization).toBeUndefined();
});

test('resumes at the same byte when the connection breaks', async () => {
  const { client, registry } = await start({ cutBlobs: { afterBytes: 100_000, times: 2 } });
  expect((await download(client)).equals(bytes)).toBe(true);
  const ranges = registry.requests
    .filter(({ url }) => url.includes('/blobs/'))
    .map(({ headers }) => headers.range);
  expect(ranges).toEqual([undefined, 'bytes=100000-', 'bytes=200000-']);
});

test('starts over if the registry doesn’t support ranges', async () => {
  const { client } = await start({
    ignoreRanges: true,
    cutBlobs: { afterBytes: 100_000, times: 1 },
  });
  expect((await download(client)).equals(bytes)).toBe(true);
});

test('rejects a blob that was changed', async () => {
  const { client } = await start({ tamperBlob: layer.digest });
  await expect(download(client)).rejects.toMatchObject({
    code: 'invalid',
    message: `filesystem layer verification failed for digest ${layer.digest}`,
  });
});

test('rejects a blob that is longer than announced', async () => {
  const { client } = await start();
  const short = { ...layer, size: layer.size - 1 };
  await expect(buffer(client.blob(short, signal))).rejects.toMatchObject({ code: 'invalid' });
});

test('reports a missing blob', async () => {
  const { client } = await start();
  const missing = { ...layer, digest: `sha256:${'0'.repeat(64)}` };
  await expect(buffer(client.blob(missing, signal))).rejects.toMatchObject({ code: 'not-found' });
});

test('tries again after a temporary failure of the registry', async () => {
  const { client } = await start({ fail: { status: 503, times: 2 } });
  expect((await client.manifest('1', signal)).digest).toBe(image.manifest.digest);
});

test("reports the registry's text about a rate limit", async () => {
  const body = JSON.stringify({
    errors: [{ code: 'TOOMANYREQUESTS', message: 'You have reached your pull rate limit.' }],
  });
  const { client } = await start({ fail: { status: 429, times: 1, body } });
  await expect(client.manifest('1', signal)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('toomanyrequests: You have reached your pull rate limit.'),
  });
});

test('waits for a registry that says when it can be asked again', async () => {
  const fail = { status: 429, times: 4, headers: { 'retry-after': '0' } };
  const { client } = await start({ fail });
  expect((await client.manifest('1', signal)).digest).toBe(image.manifest.digest);
  expect(fail.times).toBe(0);
});

test('does not wait for a registry that asks for too much time', async () => {
  const later = new Date(Date.now() + 3_600_000).toUTCString();
  const { client } = await start({
    fail: { status: 429, times: 1, headers: { 'retry-after': later } },
  });
  await expect(client.manifest('1', signal)).rejects.toMatchObject({ code: 'unavailable' });
});

test('reports that no registry answers', async () => {
  const { client, registry } = await start();
  await registry.stop();
  const failure = client.manifest('1', signal);
  await expect(failure).rejects.toBeInstanceOf(UnreachableError);
  await expect(failure).rejects.toThrow(/dial tcp 127.0.0.1:\d+: connect: connection refused/);
});

test('reports a host name that doesn’t exist', async () => {
  const client = new RegistryClient({ domain: 'registry.invalid', path: 'a' }, undefined, []);
  await expect(client.manifest('1', signal)).rejects.toBeInstanceOf(UnreachableError);
});

test('stops immediately when aborted', async () => {
  const { client } = await start();
  const controller = new AbortController();
  const reading = (async () => {
    for await (const _ of client.blob(layer, controller.signal)) controller.abort();
  })();
  await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
});
