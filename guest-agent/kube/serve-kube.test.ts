import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished, vi } from 'vitest';
import { testEngine } from '../engine/testing/test-engine.ts';
import { onWindows } from '../testing/on-windows.ts';
import type { KubeOptions } from './kube.ts';
import { holdsUserObjects } from './lifecycle/user-objects.ts';
import { serveKube } from './serve-kube.ts';

const unixTest = it.skipIf(onWindows('unix sockets'));

/** A server that can be restarted. Its names are asked to answer when the cluster starts. */
async function kubeTest() {
  const directory = await mkdtemp(join(tmpdir(), 'berth-kube-'));
  const engine = await testEngine(directory);
  const ownSubnet = vi.fn(async () => {});
  Object.assign(engine.networks.driver, { ownSubnet, guardSubnet: async () => {} });
  const socketPath = join(directory, 'kube.sock');
  const answerFirst = vi.fn();
  const log = vi.fn();
  const start = () =>
    serveKube(socketPath, {
      ...{ engine, log, directory: join(directory, 'kube') },
      names: { answerFirst, ask: async () => undefined },
      ...({ images: {}, registries: {} } as Pick<KubeOptions, 'images' | 'registries'>),
    });
  let server = await start();
  onTestFinished(async () => {
    server.close();
    await rm(directory, { recursive: true });
  });
  const ask = async (method: string, path: string, body = '') => {
    const headers = { 'Content-Type': 'application/json' };
    const asked = request({ socketPath, method, path, headers }).end(body);
    const [response] = await once(asked, 'response');
    return { status: response.statusCode, body: await text(response) };
  };
  const restart = async () => {
    server.close();
    answerFirst.mockClear();
    server = await start();
  };
  return { directory: join(directory, 'kube'), ask, restart, ownSubnet, answerFirst, log };
}

unixTest('starts at once only for what a user has created', async () => {
  const { ask, restart, answerFirst, directory } = await kubeTest();
  const path = '/api/v1/namespaces/default/configmaps';
  expect(await holdsUserObjects(directory)).toBe(false);
  expect((await ask('GET', path)).status).toBe(200);
  await vi.waitFor(
    async () => expect((await ask('GET', '/api/v1/serviceaccounts')).body).toContain('kube-system'),
    { timeout: 20_000 },
  );
  expect(await holdsUserObjects(directory)).toBe(false);
  const created = await ask('POST', path, JSON.stringify({ metadata: { name: 'mine' } }));
  expect(created.status).toBe(201);
  await restart();
  await vi.waitFor(() => expect(answerFirst).toHaveBeenCalled(), { timeout: 20_000 });
  expect((await ask('DELETE', `${path}/mine`)).status).toBe(200);
  expect(await holdsUserObjects(directory)).toBe(false);
});

unixTest('starts at the next request if it could not', async () => {
  const { ask, ownSubnet, log } = await kubeTest();
  ownSubnet.mockRejectedValueOnce(new Error('no network yet'));
  expect((await ask('GET', '/api/v1/namespaces')).status).toBe(503);
  expect(log).toHaveBeenCalledWith('starting Kubernetes', expect.any(Error));
  expect((await ask('GET', '/api/v1/namespaces')).status).toBe(200);
});
