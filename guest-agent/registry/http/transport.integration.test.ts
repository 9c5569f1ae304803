import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { RegistryClient } from '../client.ts';
import { PushClient } from '../push-client.ts';
import { type ConnectProxy, startConnectProxy } from '../testing/connect-proxy.ts';
import { type DebianRegistry, startDebianRegistry } from '../testing/debian-registry.ts';
import { makeAuthority, type PrivateAuthority } from '../testing/private-authority.ts';
import { testImage } from '../testing/test-image.ts';
import { UnreachableError } from './http.ts';
import { configureTransport } from './transport.ts';

/** A name that only the proxy can resolve. */
const NAME = 'registry.corp.test';
const image = testImage([{ tar: randomBytes(100_000) }]);
const [layer = image.manifest] = image.layers;
const signal = new AbortController().signal;
const straight = { proxy: { exclude: [] }, certificates: [], registryCertificates: {} };

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let authority: PrivateAuthority;
let registry: DebianRegistry;
let repository: { domain: string; path: string };

beforeAll(async () => {
  directory = await temporaryDirectory();
  authority = await makeAuthority(directory.path, [NAME]);
  registry = await startDebianRegistry(directory.path, { tls: authority });
  repository = { domain: registry.host.replace('127.0.0.1', NAME), path: 'team/app' };
});
afterEach(() => configureTransport());
afterAll(async () => {
  await registry.stop();
  await directory[Symbol.asyncDispose]();
});

async function proxy(login?: string): Promise<ConnectProxy> {
  const started = await startConnectProxy(login);
  onTestFinished(() => started.stop());
  return started;
}

async function pushAndPull(): Promise<Buffer> {
  const target = new PushClient(repository, [], undefined, []);
  for (const [digest, bytes] of image.blobs) {
    await target.putBlob(
      { digest, size: bytes.length },
      async function* () {
        yield bytes;
      },
      signal,
    );
  }
  const bytes = image.blobs.get(image.manifest.digest) ?? Buffer.alloc(0);
  await target.putManifest('1', { bytes, ...image.manifest }, signal);
  const client = new RegistryClient(repository, undefined, []);
  expect((await client.manifest('1', signal)).digest).toBe(image.manifest.digest);
  return buffer(client.blob(layer, signal));
}

test('pushes and pulls go through the proxy to a registry with a private authority', async () => {
  const { host, tunnels } = await proxy('me:pass word');
  configureTransport({
    ...straight,
    proxy: { https: `http://me:pass%20word@${host}`, exclude: [] },
    certificates: [authority.authority],
  });
  expect(await pushAndPull()).toEqual(image.blobs.get(layer.digest));
  expect(new Set(tunnels)).toEqual(new Set([repository.domain]));
});

test('an authority in certs.d is trusted for its registry', async () => {
  const { host } = await proxy();
  const own = { authorities: [authority.authority], clients: [] };
  configureTransport({
    ...straight,
    proxy: { https: `http://${host}`, exclude: [] },
    registryCertificates: { [repository.domain]: own },
  });
  expect(await pushAndPull()).toEqual(image.blobs.get(layer.digest));
});

test('without the authority, the certificate is rejected in Docker’s words', async () => {
  const { host } = await proxy();
  configureTransport({ ...straight, proxy: { https: `http://${host}`, exclude: [] } });
  await expect(pushAndPull()).rejects.toThrow(/tls: failed to verify certificate: /);
});

test('the error about a proxy that rejects doesn’t include its password', async () => {
  const { host } = await proxy('me:right');
  configureTransport({ ...straight, proxy: { https: `http://me:wrong@${host}`, exclude: [] } });
  const refused = pushAndPull();
  await expect(refused).rejects.toThrow('proxyconnect tcp: Proxy Authentication Required');
  await expect(refused).rejects.not.toThrow('wrong');
});

test('a proxy that is down is named, not the registry', async () => {
  const { host, stop } = await startConnectProxy();
  await stop();
  configureTransport({ ...straight, proxy: { https: `http://${host}`, exclude: [] } });
  await expect(pushAndPull()).rejects.toThrow(
    `proxyconnect tcp: dial tcp ${host}: connect: connection refused`,
  );
});

test('a server that the proxy can’t reach counts as down', async () => {
  const { host } = await proxy();
  configureTransport({ ...straight, proxy: { https: `http://${host}`, exclude: [] } });
  const client = new RegistryClient({ domain: 'gone.corp.test:1', path: 'a' }, undefined, []);
  const asked = client.manifest('1', signal);
  await expect(asked).rejects.toBeInstanceOf(UnreachableError);
  await expect(asked).rejects.toThrow('proxyconnect tcp: Bad Gateway');
});

test('excluded servers are reached without the proxy', async () => {
  const { host, tunnels } = await proxy();
  configureTransport({ ...straight, proxy: { https: `http://${host}`, exclude: ['corp.test'] } });
  await expect(pushAndPull()).rejects.toThrow(/lookup registry\.corp\.test/);
  expect(tunnels).toEqual([]);
});
