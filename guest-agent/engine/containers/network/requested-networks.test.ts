import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Engine } from '../../engine.ts';
import { createNetwork } from '../../networks/create.ts';
import { networkCreateSchema } from '../../networks/create-request.ts';
import { testEngine, testRecord } from '../../testing/test-engine.ts';
import { createRequestSchema } from '../request/config.ts';
import { requestedNetworks } from './requested-networks.ts';

let directory: string;
let engine: Engine;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-requested-'));
  engine = await testEngine(directory);
  const IPAM = { Config: [{ Subnet: '10.5.0.0/16' }] };
  await createNetwork(engine, networkCreateSchema.parse({ Name: 'chosen', IPAM }), []);
  await createNetwork(engine, networkCreateSchema.parse({ Name: 'front' }), []);
});
afterEach(() => rm(directory, { recursive: true }));

const requested = (NetworkMode: string, endpoints: object = {}, more: object = {}, host = {}) =>
  requestedNetworks(
    engine,
    createRequestSchema.parse({
      ...{ Image: 'busybox', ...more },
      HostConfig: { NetworkMode, ...host },
      NetworkingConfig: { EndpointsConfig: endpoints },
    }),
  );
const names = (...args: Parameters<typeof requested>) => Object.keys(requested(...args).endpoints);

it('uses the default bridge, or the named network under its full name', () => {
  expect(requested('')).toMatchObject({ mode: 'bridge', endpoints: { bridge: { aliases: [] } } });
  expect(requested('default').mode).toBe('bridge');
  expect(requested(engine.networks.get('front').id).mode).toBe('front');
  expect(names('front', { chosen: null })).toEqual(['chosen', 'front']);
  expect(names('', { chosen: {} })).toEqual(['chosen']);
  expect(names('none')).toEqual(['none']);
});

it('keeps a client’s settings of an endpoint', () => {
  const settings = {
    ...{ Aliases: ['db'], Links: null, MacAddress: '02:00:00:00:00:01', GwPriority: 3 },
    IPAMConfig: { IPv4Address: '10.5.0.9' },
  };
  expect(requested('chosen', { chosen: settings }).endpoints.chosen).toMatchObject({
    ...{ aliases: ['db'], links: [], askedAddress: '10.5.0.9', gatewayPriority: 3 },
    ...{ askedMacAddress: '02:00:00:00:00:01', address: '', endpointId: '' },
  });
  expect(requested('front', {}, { MacAddress: '02:00:00:00:00:02' }).endpoints.front).toMatchObject(
    { askedMacAddress: '02:00:00:00:00:02' },
  );
});

it('accepts a link to a missing container only on a network that a user created', () => {
  const links = { Links: ['later:db'] };
  expect(requested('front', { front: links }).endpoints.front).toMatchObject({
    links: ['later:db'],
  });
  expect(requested('front', {}, {}, links).mode).toBe('front');
  expect(() => requested('', {}, {}, links)).toThrow(
    'could not get container for later: No such container: later',
  );
});

it('accepts a missing network, which only the start needs', () => {
  expect(requested('later')).toMatchObject({
    mode: 'later',
    endpoints: { later: { networkId: '' } },
  });
});

const at = (IPv4Address: string) => ({ IPAMConfig: { IPv4Address } });
it.each([
  [
    'bridge',
    { bridge: at('172.17.0.9') },
    '\n* user specified IP address is supported on user defined networks only\n* ',
  ],
  ['bridge', { bridge: { Aliases: ['a'] } }, 'network-scoped alias is supported only'],
  ['front', { front: at('172.19.0.9') }, 'only when connecting to networks with user configured'],
  ['chosen', { chosen: at('10.6.0.9') }, 'no configured subnet or ip-range contain the IP address'],
  ['chosen', { chosen: at('10.5.0') }, 'invalid IPv4 address: 10.5.0'],
  ['chosen', { chosen: { MacAddress: 'x' } }, 'invalid MAC address x'],
  ['host', { front: {} }, 'container sharing network namespace'],
  ['none', { front: {} }, 'private (none) mode'],
])('refuses %s with %j', (mode, endpoints, message) => {
  expect(() => requested(mode, endpoints)).toThrow(message);
});

it('shares the network of another container, and rejects settings of an own network', async () => {
  const { id } = await engine.containers.add(testRecord());
  const mode = `container:${id.slice(0, 12)}`;
  expect(requested(mode)).toEqual({ mode: `container:${id}`, endpoints: {} });
  expect(() => requested(mode, {}, { Hostname: 'own' })).toThrow('hostname and the network mode');
  expect(() => requested(mode, {}, {}, { PublishAllPorts: true })).toThrow(
    'conflicting options: port publishing and the container type network mode',
  );
  expect(() => requested(mode, {}, {}, { Dns: ['1.1.1.1'] })).toThrow('dns and the network mode');
  expect(requested('container:later').mode).toBe('container:later');
});
