import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import type { Credentials } from './auth/credentials.ts';
import { RegistryClient } from './client.ts';
import { connectMirrored, MirroredRepository } from './mirror.ts';
import { type Behaviour, startStandInRegistry } from './testing/stand-in-registry.ts';
import { testImage } from './testing/test-image.ts';

const image = testImage([{ tar: randomBytes(300_000), compression: 'none' }]);
const [layer = image.manifest] = image.layers;
const images = { 'library/box:1': image };
const signal = new AbortController().signal;

async function start(behaviour: Behaviour) {
  const registry = await startStandInRegistry(behaviour);
  onTestFinished(() => registry.stop());
  return registry;
}
const clientOf = (host: string, credentials?: Credentials) =>
  new RegistryClient({ domain: host, path: 'library/box' }, credentials, []);

test('if a mirror has the image, only the mirror is asked', async () => {
  const [mirror, origin] = [await start({ images }), await start({ images: {} })];
  const repository = new MirroredRepository([clientOf(mirror.host), clientOf(origin.host)]);
  expect((await repository.manifest('1', signal)).digest).toBe(image.manifest.digest);
  expect(await buffer(repository.blob(layer, signal))).toEqual(image.blobs.get(layer.digest));
  expect(await repository.tags(signal)).toEqual(['1']);
  expect(origin.requests).toEqual([]);
});

test('an image that a mirror lacks comes from the origin, whose error is reported', async () => {
  const [mirror, origin] = [await start({ images: {} }), await start({ images })];
  const repository = new MirroredRepository([clientOf(mirror.host), clientOf(origin.host)]);
  expect((await repository.manifest('1', signal)).digest).toBe(image.manifest.digest);
  expect(await buffer(repository.blob(layer, signal))).toEqual(image.blobs.get(layer.digest));
  await expect(repository.manifest('2', signal)).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining(origin.host),
  });
});

test('a mirror that is down or limits requests is not asked again', async () => {
  const tired = await start({ images, fail: { status: 429, times: 100 } });
  const [closed, origin] = [await start({ images }), await start({ images })];
  await closed.stop();
  const hosts = [closed, tired, origin].map(({ host }) => host);
  const repository = new MirroredRepository(hosts.map((host) => clientOf(host)));
  expect((await repository.manifest('1', signal)).digest).toBe(image.manifest.digest);
  const asked = tired.requests.length;
  expect(await buffer(repository.blob(layer, signal))).toEqual(image.blobs.get(layer.digest));
  expect(tired.requests.length).toBe(asked);
});

test('a download that a mirror interrupts resumes from the origin', async () => {
  const mirror = await start({ images, cutBlobs: { afterBytes: 100_000, times: 1 } });
  const origin = await start({ images });
  const repository = new MirroredRepository([clientOf(mirror.host), clientOf(origin.host)]);
  const blob = repository.blob(layer, signal)[Symbol.asyncIterator]();
  await blob.next();
  mirror.behaviour.images = {};
  let size = 0;
  for await (const chunk of { [Symbol.asyncIterator]: () => blob }) size += chunk.length;
  expect(size).toBeGreaterThan(100_000);
  expect(origin.requests.at(-1)?.headers.range).toMatch(/^bytes=\d+-$/);
});

test('mirrors are used only for images of Docker Hub, each with its own credentials', async () => {
  const auth = { username: 'ada', password: 'word' };
  const mirror = await start({ images, auth });
  const options = { insecure: [], mirrors: [`http://${mirror.host}`] };
  const connect = (domain: string, credentials?: Credentials) =>
    connectMirrored(
      { domain, path: 'library/box' },
      credentials && { ...credentials },
      (host) => (host === mirror.host ? { kind: 'password', ...auth } : undefined),
      options,
    );
  expect((await connect('docker.io').manifest('1', signal)).digest).toBe(image.manifest.digest);
  expect(connect('r.example')).toBeInstanceOf(RegistryClient);
});
