import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { runWords, type Surroundings } from '../../electron/cli/testing/run.ts';
import { freePort } from '../../electron/host/ports/free-port.ts';
import { kubectlProgram } from '../../guest-agent/kube/testing/kubectl-program.ts';
import { boxLayer, imageOf, pushImages } from '../conformance/images.ts';
import { k3sImage } from '../fixtures/k3s/image.ts';
import { openPort } from './open-port.ts';

/* `berth kube cluster` with a real engine, and a stand-in for the image of k3s. */

const run = promisify(execFile);

let directory: string;
let kubeconfig: string;
let registry: string;
let port: number;
let published: Server;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-k3s-'));
  kubeconfig = join(directory, 'config');
  const { host, guestHost } = inject('nativeEngine').registry;
  registry = guestHost;
  port = await freePort();
  published = await openPort(inject('nativeEngine').socket, port, 'berth-kube-dev', 6443);
  await pushImages(directory, host, {
    k3s: await k3sImage(),
    local: imageOf([await boxLayer()], { Cmd: ['sh'] }),
  });
}, 300_000);

afterAll(async () => {
  await berth(['kube', 'cluster', 'rm', 'dev', '--force']);
  published.close();
  await rm(directory, { recursive: true });
});

function berth(words: readonly string[], surroundings: Surroundings = {}) {
  const { socket } = inject('nativeEngine');
  return runWords({ socketPath: socket }, words, {
    env: { KUBECONFIG: kubeconfig },
    ...surroundings,
  });
}

const cluster = (...words: string[]) => berth(['kube', 'cluster', ...words]);

/** The output of a `kubectl` that must succeed, in the cluster's context. */
async function kubectl(...words: string[]): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: directory, KUBECONFIG: kubeconfig };
  const all = ['--context', 'berth-dev', ...words];
  const { stdout } = await run(await kubectlProgram(), all, { env, timeout: 60_000 });
  return stdout.trim();
}

const create = (...flags: string[]) =>
  cluster('create', 'dev', '--image', `${registry}/k3s:1`, '--port', String(port), ...flags);

it('creates, uses, stops, starts and removes a cluster', async () => {
  const users = { clusters: [], users: [], contexts: [], 'current-context': 'work' };
  await writeFile(kubeconfig, JSON.stringify(users));
  const created = await create('--k3s-arg=--disable=traefik');
  expect(created).toMatchObject({ exitCode: 0, stdout: 'berth-dev\n' });
  expect(created.stderr).toContain('Pull complete');
  const steps = created.stderr.split('\n').filter((line) => line.startsWith(' Cluster'));
  expect(steps).toEqual([
    ' Cluster dev  Container is up',
    ' Cluster dev  Waiting for the API',
    ' Cluster dev  API answers, waiting for the node',
    ' Cluster dev  Node is ready',
  ]);
  expect(await readFile(kubeconfig, 'utf8')).toContain('work');
  expect(await kubectl('get', 'nodes', '-o', 'name')).toBe('node/berth');

  const image = `${registry}/local:1`;
  await berth(['pull', '-q', image]);
  await berth(['tag', image, 'local-web:1']);
  expect(await cluster('load', 'local-web:1', '--cluster', 'dev')).toMatchObject({
    ...{ exitCode: 0, stdout: 'local-web:1\n' },
  });
  await kubectl('run', 'web', '--image', 'local-web:1', '--image-pull-policy', 'Never');
  await kubectl('wait', '--for', 'condition=Ready', 'pod/web', '--timeout', '30s');
  expect(await kubectl('exec', 'web', '--', 'echo', 'hello')).toBe('hello');

  expect(await cluster('stop', 'dev')).toMatchObject({ exitCode: 0, stdout: 'dev\n' });
  await expect(kubectl('get', 'nodes')).rejects.toThrow(/reset|EOF|refused/);
  expect(await cluster('start', 'dev')).toMatchObject({ exitCode: 0, stdout: 'berth-dev\n' });
  // Its containerd is up again too.
  expect(await cluster('load', 'local-web:1', '--cluster', 'dev')).toMatchObject({ exitCode: 0 });
  expect(await kubectl('get', 'pods', '-o', 'name')).toBe('pod/web');

  expect(await cluster('rm', 'dev', '--force')).toMatchObject({ exitCode: 0 });
  const left = await readFile(kubeconfig, 'utf8');
  expect(left).toContain('work');
  expect(left).not.toContain('berth-dev');
  expect((await berth(['volume', 'ls', '-q'])).stdout).not.toContain('berth-kube-dev');
});

it('says what k3s said when it stops at once', async () => {
  const failed = await create('--k3s-arg=--no-such-flag');
  expect(failed.exitCode).toBe(1);
  expect(failed.stderr).toContain('flag provided but not defined: -no-such-flag');
});
