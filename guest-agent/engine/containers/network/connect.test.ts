import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Engine } from '../../engine.ts';
import { createNetwork } from '../../networks/create.ts';
import { networkCreateSchema } from '../../networks/create-request.ts';
import { testEngine, testRecord } from '../../testing/test-engine.ts';
import { newEndpoint } from '../record/endpoint.ts';
import { endpointRequestSchema } from '../request/endpoint-request.ts';
import { connectContainer, disconnectContainer } from './connect.ts';
import { dnsNames } from './dns-names.ts';
import { gatewayNetwork } from './gateway.ts';

let directory: string;
let engine: Engine;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-connect-'));
  engine = await testEngine(directory);
  await createNetwork(engine, networkCreateSchema.parse({ Name: 'front' }), []);
  await createNetwork(engine, networkCreateSchema.parse({ Name: 'back', Internal: true }), []);
});
afterEach(() => rm(directory, { recursive: true }));

const asked = (fields: object = {}) => endpointRequestSchema.parse(fields);
const place = (network: string, fields: object = {}) =>
  newEndpoint(engine.networks.get(network), asked(fields));
const stopped = (mode = 'bridge') =>
  engine.containers.add({
    ...testRecord({ status: 'exited' }, { NetworkMode: mode }),
    endpoints: { [mode]: place(mode) },
  });

it('connects a stopped container for its next start, and disconnects it', async () => {
  const container = await stopped();
  await connectContainer(engine, container, 'front', asked({ Aliases: ['db'] }));
  const again = (await testEngine(directory)).containers.get(container.id).record;
  expect(Object.keys(again.endpoints)).toEqual(['bridge', 'front']);
  expect(dnsNames(again, engine.networks.get('front'))).toEqual([
    ...['calm_otter', 'db', 'aaaaaaaaaaaa', 'box'],
  ]);
  expect(dnsNames(again, engine.networks.get('bridge'))).toEqual([]);
  await expect(connectContainer(engine, container, 'front', asked())).rejects.toThrow(
    'endpoint with name calm_otter already exists in network front',
  );
  await disconnectContainer(engine, container, 'front');
  expect(Object.keys(container.record.endpoints)).toEqual(['bridge']);
  await expect(disconnectContainer(engine, container, 'front')).rejects.toThrow(
    `container ${container.id} is not connected to network front`,
  );
});

it.each([
  ['bridge', 'host', 'cannot connect container to host network'],
  ['host', 'front', 'container sharing network namespace with another container or host'],
  ['none', 'front', 'private (none) mode'],
  ['bridge', 'none', 'private (none) mode'],
  ['bridge', 'lost', 'network lost not found'],
])('does not connect a container on %s to %s', async (mode, network, message) => {
  const container = await stopped(mode);
  await expect(connectContainer(engine, container, network, asked())).rejects.toThrow(message);
  expect(Object.keys(container.record.endpoints)).toEqual([mode]);
});

it('chooses the gateway by priority, then by name, and never through an internal network', () => {
  const endpoints = { front: place('front'), bridge: place('bridge'), back: place('back') };
  expect(gatewayNetwork(engine.networks, endpoints)).toBe('bridge');
  const preferred = { ...endpoints, front: place('front', { GwPriority: 1 }) };
  expect(gatewayNetwork(engine.networks, preferred)).toBe('front');
  expect(gatewayNetwork(engine.networks, { back: endpoints.back })).toBeUndefined();
});
