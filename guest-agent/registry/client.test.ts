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

test('a missing tag', async () => {
  const { client, registry } = await start();
  await expect(client.manifest('nope', signal)).rejects.toMatchObject({
    code: 'not-found',
    message: `manifest for ${registry.host}/a/b:nope not found: manifest unknown: manifest unknown`,
  });
});

test('a manifest that is not what the registry says', async () => {
  const { client } = await start({ announceDigest: `sha256:${'0'.repeat(64)}` });
  await expect(client.manifest('1', signal)).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringContaining('manifest verification failed'),
  });
});

test('gets a token when asked, once for all requests', async () => {
  const { client, registry } = await start({ auth: 'anonymous' });
  await Promise.all([client.manifest('1', signal), download(client), download(client)]);
  expect(registry.requests.filter(({ url }) => url.startsWith('/token'))).toHaveLength(1);
  const { url = '' } = registry.requests.find((seen) => seen.url.startsWith('/token')) ?? {};
  expect(new URL(url, 'http://x').searchParams.get('scope')).toBe('repository:a/b:pull');
});

test('gives the password to the token server alone', async () => {
  const auth = { username: 'me', password: 'sécret' };
  const { client, registry } = await start({ auth }, { kind: 'password', ...auth });
  await client.manifest('1', signal);
  for (const { url, headers } of registry.requests) {
    if (url.startsWith('/token')) expect(headers.authorization).toMatch(/^Basic /);
    else expect(headers.authorization ?? '').not.toMatch(/Basic/);
  }
});

test('a wrong password', async () => {
  const auth = { username: 'me', password: 'right' };
  const wrong = { kind: 'password', username: 'me', password: 'wrong' } as const;
  const { client } = await start({ auth }, wrong);
  await expect(client.manifest('1', signal)).rejects.toMatchObject({
    code: 'unauthorized',
    message: 'unauthorized: incorrect username or password',
  });
});

test('a private image without a login', async () => {
  const { client, registry } = await start({ auth: { username: 'me', password: 'x' } });
  await expect(client.manifest('1', signal)).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining(
      `pull access denied for ${registry.host}/a/b, repository does not exist or may require 'docker login'`,
    ),
  });
});

test('keeps credentials from the storage that blobs are redirected to', async () => {
  const { client, registry } = await start({ auth: 'anonymous', redirectBlobs: true });
  await client.manifest('1', signal);
  expect((await download(client)).equals(bytes)).toBe(true);
  expect(registry.requests.at(-1)?.headers.authorization).toMatch(/^Bearer /);
  expect(registry.storageRequests).toHaveLength(1);
  expect(registry.storageRequests[0]?.headers.authorization).toBeUndefined();
});

test('goes on from the byte reached when the connection breaks', async () => {
  const { client, registry } = await start({ cutBlobs: { afterBytes: 100_000, times: 2 } });
  expect((await download(client)).equals(bytes)).toBe(true);
  const ranges = registry.requests
    .filter(({ url }) => url.includes('/blobs/'))
    .map(({ headers }) => headers.range);
  expect(ranges).toEqual([undefined, 'bytes=100000-', 'bytes=200000-']);
});

test('starts over when the registry knows no ranges', async () => {
  const { client } = await start({
    ignoreRanges: true,
    cutBlobs: { afterBytes: 100_000, times: 1 },
  });
  expect((await download(client)).equals(bytes)).toBe(true);
});

test('a tampered blob', async () => {
  const { client } = await start({ tamperBlob: layer.digest });
  await expect(download(client)).rejects.toMatchObject({
    code: 'invalid',
    message: `filesystem layer verification failed for digest ${layer.digest}`,
  });
});

test('a blob longer than announced', async () => {
  const { client } = await start();
  const short = { ...layer, size: layer.size - 1 };
  await expect(buffer(client.blob(short, signal))).rejects.toMatchObject({ code: 'invalid' });
});

test('a missing blob', async () => {
  const { client } = await start();
  const missing = { ...layer, digest: `sha256:${'0'.repeat(64)}` };
  await expect(buffer(client.blob(missing, signal))).rejects.toMatchObject({ code: 'not-found' });
});

test('tries again when the registry has a bad moment', async () => {
  const { client } = await start({ fail: { status: 503, times: 2 } });
  expect((await client.manifest('1', signal)).digest).toBe(image.manifest.digest);
});

test("passes on a rate limit's words", async () => {
  const body = JSON.stringify({
    errors: [{ code: 'TOOMANYREQUESTS', message: 'You have reached your pull rate limit.' }],
  });
  const { client } = await start({ fail: { status: 429, times: 1, body } });
  await expect(client.manifest('1', signal)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('toomanyrequests: You have reached your pull rate limit.'),
  });
});

test('nobody there', async () => {
  const { client, registry } = await start();
  await registry.stop();
  const failure = client.manifest('1', signal);
  await expect(failure).rejects.toBeInstanceOf(UnreachableError);
  await expect(failure).rejects.toThrow(/dial tcp 127.0.0.1:\d+: connect: connection refused/);
});

test('a name that does not exist', async () => {
  const client = new RegistryClient({ domain: 'registry.invalid', path: 'a' }, undefined, []);
  await expect(client.manifest('1', signal)).rejects.toBeInstanceOf(UnreachableError);
});

test('stops at once when aborted', async () => {
  const { client } = await start();
  const controller = new AbortController();
  const reading = (async () => {
    for await (const _ of client.blob(layer, controller.signal)) controller.abort();
  })();
  await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
});
