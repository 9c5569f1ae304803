import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { createEngineClient } from '../../../../host/engine/connection/http-client.ts';
import { inspectContainer } from '../../../../host/engine/containers.ts';
import { listContexts } from '../../../../host/kube/contexts/contexts.ts';
import { freePort } from '../../../../host/ports/free-port.ts';
import { KubeSetup } from '../../../testing/kube-setup.ts';
import { addStandInK3s } from '../../../testing/stand-in-k3s.ts';

let setup: KubeSetup;
let port: number;
let imported: Buffer[];

beforeEach(async () => {
  setup = await KubeSetup.start();
  port = await freePort();
  imported = await addStandInK3s(setup, port);
});

afterEach(() => setup.close());

const create = (...flags: string[]) =>
  setup.kube([
    ...['cluster', 'create', 'dev', '--image', 'rancher/k3s:test', '--port', String(port)],
    ...flags,
  ]);

it('creates a cluster, adds its context, stops, starts and removes it', async () => {
  const created = await create('--k3s-arg=--disable=traefik');
  expect(created.stderr.split('\n')).toEqual([
    ' Cluster dev  Container is up',
    ' Cluster dev  Waiting for the API',
    ' Cluster dev  API answers, waiting for the node',
    ' Cluster dev  Node is ready',
    '',
  ]);
  expect(created).toMatchObject({ exitCode: 0, stdout: 'berth-dev\n' });
  const { all } = await listContexts({ KUBECONFIG: setup.kubeconfig });
  expect(all.find(({ name }) => name === 'berth-dev')?.server).toBe(`http://127.0.0.1:${port}`);
  expect((await setup.kube(['ps', '--context', 'berth-dev'])).exitCode).toBe(0);

  const engine = createEngineClient(setup.engine.socket);
  expect(await inspectContainer(engine, 'berth-kube-dev')).toMatchObject({
    HostConfig: {
      Privileged: true,
      CgroupnsMode: 'private',
      Tmpfs: { '/run': '', '/var/run': '' },
    },
  });
  expect(setup.engine.processOf('berth-kube-dev').argv).toEqual([
    ...['k3s', 'server', '--tls-san', '127.0.0.1', '--disable=traefik'],
  ]);

  const listed = await setup.kube(['cluster', 'ls', '--format', '{{.Name}} {{.State}}']);
  expect(listed.stdout).toBe('dev running\n');
  const printed = await setup.kube(['cluster', 'kubeconfig', 'dev']);
  expect(parse(printed.stdout)).toMatchObject({ 'current-context': 'berth-dev' });
  const twice = await create();
  expect(twice.stderr).toContain('the cluster "dev" already exists');

  expect((await setup.kube(['cluster', 'stop', 'dev'])).stdout).toBe('dev\n');
  const gone = await setup.kube(['ps', '--context', 'berth-dev']);
  expect(gone.stderr).toContain('nothing listens at');
  expect((await setup.kube(['cluster', 'start', 'dev'])).stdout).toBe('berth-dev\n');

  const kept = await setup.kube(['cluster', 'rm', 'dev'], { stdin: 'n\n' });
  expect(kept.stderr).toContain('nothing was removed');
  expect((await setup.kube(['cluster', 'rm', 'dev', '--force'])).stdout).toBe('dev\n');
  expect((await setup.kube(['cluster', 'ls', '-q'])).stdout).toBe('');
  expect(setup.engine.engine.volumes.list()).toEqual([]);
  const { all: left } = await listContexts({ KUBECONFIG: setup.kubeconfig });
  expect(left.map(({ name }) => name)).toEqual(['berth', 'stand-in']);
});

it('shows the output of a cluster that stops at once', async () => {
  const failed = await create('--k3s-arg=--broken');
  expect(failed.exitCode).toBe(1);
  expect(failed.stderr).toMatch(/cluster "dev" stopped.*, with exit code 3/);
  expect(failed.stderr).toContain('starting server');
});

it('loads images of the engine', async () => {
  await create();
  await setup.engine.addImage('web:1');
  const loaded = await setup.kube(['cluster', 'load', 'web:1', '--cluster', 'dev']);
  expect(loaded).toMatchObject({ exitCode: 0, stdout: 'web:1\n' });
  const [archive] = imported;
  expect(archive?.includes('manifest.json')).toBe(true);
  const unknown = await setup.kube(['cluster', 'load', 'nosuch', '--cluster', 'dev']);
  expect(unknown.exitCode).toBe(1);
  const none = await setup.kube(['cluster', 'load', 'web:1']);
  expect(none.stderr).toContain('cluster "default" doesn\'t exist\nClusters: dev\n');
});

it('ends at once with Ctrl-C, also while the API answers nothing', async () => {
  await create();
  setup.cluster.faults.add({ verb: 'list', resource: 'nodes', kind: 'delay', delayMs: 600_000 });
  const lists = () => setup.cluster.requests.filter((request) => request === 'list nodes').length;
  const before = lists();
  const signals = new EventEmitter();
  const starting = setup.kube(['cluster', 'start', 'dev'], { signals });
  await vi.waitFor(() => expect(lists()).toBeGreaterThan(before), 10_000);
  signals.emit('SIGINT');
  const { exitCode, stderr } = await starting;
  expect(exitCode).toBe(130);
  expect(stderr).toContain('cancelled\nThe cluster still starts.');
  expect(signals.listenerCount('SIGINT')).toBe(0);
});
