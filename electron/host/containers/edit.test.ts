import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ContainerEdit } from '../../api/containers.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { createEngineClient } from '../engine/connection/http-client.ts';
import { inspectContainer, listContainers } from '../engine/containers.ts';
import { ScreenEngine } from '../screen/testing/screen-engine.ts';
import { editContainer, editedRequest, editOf, readEdit } from './edit.ts';

let engine: ScreenEngine;
let client: EngineClient;
let web: string;

beforeEach(async () => {
  engine = await ScreenEngine.start();
  client = createEngineClient(engine.socket);
  web = await engine.runContainer({
    ...{ image: 'nginx:1', name: 'web', environment: ['MODE=slow'], volumes: ['pages'] },
    ports: [{ port: 8080, containerPort: 80 }],
    hostConfig: { Memory: 67_108_864 },
  });
});

afterEach(() => engine.close());

async function apply(edit: ContainerEdit): Promise<void> {
  const options = { sharedFolders: [], signal: new AbortController().signal, trial: 20 };
  for await (const _ of editContainer(client, web, edit, options));
}

it('tells what can be edited, as it is now', async () => {
  expect(await readEdit(client, web)).toEqual({
    image: 'nginx:1',
    env: ['MODE=slow'],
    ports: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
    mounts: [{ source: 'pages', target: '/pages', readOnly: false }],
  });
});

it('replaces the container by one that differs only in the edit', async () => {
  const before = await readEdit(client, web);
  const ports = [{ hostPort: 8081, containerPort: 80, protocol: 'tcp' as const }];
  await apply({ ...before, ports, env: ['MODE=fast', 'DEBUG=1'] });
  const all = await listContainers(client, { all: true });
  expect(all).toMatchObject([{ Names: ['/web'], State: 'running' }]);
  const { Config, HostConfig } = await inspectContainer(client, 'web');
  expect(Config.Env).toEqual(expect.arrayContaining(['MODE=fast', 'DEBUG=1']));
  expect(Config.Env).not.toContain('MODE=slow');
  expect(HostConfig).toMatchObject({
    Memory: 67_108_864,
    PortBindings: { '80/tcp': [{ HostPort: '8081' }] },
    Binds: ['pages:/pages'],
  });
  expect(await readEdit(client, 'web')).toEqual({
    ...{ ...before, ports, env: ['MODE=fast', 'DEBUG=1'] },
  });
});

it('brings the old container back if the new one ends at once', async () => {
  engine.fake.program('broken', () => 1);
  const before = await readEdit(client, web);
  await expect(apply({ ...before, command: ['broken'] })).rejects.toThrow();
  const all = await listContainers(client, { all: true });
  expect(all).toMatchObject([{ Id: web, Names: ['/web'], State: 'running' }]);
});

it('changes nothing for a folder that is not shared, or an image that is not here', async () => {
  const before = await readEdit(client, web);
  const mounts = [{ source: '/nowhere', target: '/data', readOnly: false }];
  await expect(apply({ ...before, mounts })).rejects.toMatchObject({ field: 'mounts.0.source' });
  await expect(apply({ ...before, image: 'absent:1' })).rejects.toThrow('absent:1');
  expect(await listContainers(client, { all: true })).toMatchObject([{ Id: web }]);
});

it('keeps what its form cannot show: options of mounts, ranges of ports, other exposed ports', () => {
  const request = {
    Image: 'nginx:1',
    ExposedPorts: { '80/tcp': {}, '9000/tcp': {} },
    HostConfig: {
      Binds: ['pages:/pages:ro,nocopy'],
      PortBindings: { '80/tcp': [{ HostIp: '', HostPort: '8000-8010' }] },
    },
  };
  const edit = editOf(request);
  expect(edit).toMatchObject({ ports: [], mounts: [{ source: 'pages', readOnly: true }] });
  expect(editedRequest(request, edit)).toMatchObject(request);
});
