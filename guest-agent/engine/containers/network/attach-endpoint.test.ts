import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Engine } from '../../engine.ts';
import { createNetwork } from '../../networks/create.ts';
import { networkCreateSchema } from '../../networks/create-request.ts';
import { testEngine, testRecord } from '../../testing/test-engine.ts';
import type { ContainerRecord } from '../record/container.ts';
import { type Endpoint, newEndpoint } from '../record/endpoint.ts';
import { endpointRequestSchema } from '../request/endpoint-request.ts';
import { netavarkEndpoint } from './attach-endpoint.ts';
import { releaseEndpoint, reserveEndpoint } from './reserve-endpoint.ts';

let directory: string;
let engine: Engine;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-attach-'));
  engine = await testEngine(directory);
  const IPAM = { Config: [{ Subnet: '10.5.0.0/16' }, { Subnet: 'fd00:5::/64' }] };
  const request = { Name: 'both', EnableIPv6: true, IPAM };
  await createNetwork(engine, networkCreateSchema.parse(request), []);
});
afterEach(() => rm(directory, { recursive: true }));

const publishedPorts = [
  { port: '80/tcp', hostIp: '0.0.0.0', hostPort: 8080 },
  { port: '80/tcp', hostIp: '::', hostPort: 8080 },
  { port: '53/udp', hostIp: '127.0.0.1', hostPort: 53 },
];
const record = (endpoint: Endpoint): ContainerRecord => ({
  ...testRecord({ status: 'running' }, { Dns: ['9.9.9.9'] }),
  ...{ endpoints: { both: endpoint }, publishedPorts },
});
function taken(asked: object = {}): Endpoint {
  const network = engine.networks.get('both');
  const endpoint = newEndpoint(network, endpointRequestSchema.parse(asked));
  return reserveEndpoint(engine, record(endpoint), network, endpoint, 'eth0');
}

it('takes an address of each family, or the requested addresses, and releases them', () => {
  const network = engine.networks.get('both');
  const first = taken();
  expect(first).toMatchObject({
    ...{ interface: 'eth0', address: '10.5.0.2', prefixLength: 16, gateway: '10.5.0.1' },
    ...{ address6: 'fd00:5::2', prefixLength6: 64, gateway6: 'fd00:5::1' },
  });
  // A locally administered unicast address.
  expect(Number.parseInt(first.macAddress.slice(0, 2), 16) & 3).toBe(2);
  expect(engine.networks.isInUse(network)).toBe(true);

  const IPAMConfig = { IPv4Address: '10.5.9.9', IPv6Address: 'fd00:5::2' };
  expect(() => taken({ IPAMConfig })).toThrow('Address already in use');
  releaseEndpoint(engine, record(first), network, first);
  const second = taken({ IPAMConfig, MacAddress: '02:00:00:00:00:0A' });
  expect(second).toMatchObject({ address: '10.5.9.9', macAddress: '02:00:00:00:00:0a' });
});

it('configures the container’s route and ports in netavark', () => {
  const endpoint = { ...taken({ Aliases: ['db', 'odd\nname'] }), isGateway: true };
  const network = engine.networks.get('both');
  const request = netavarkEndpoint(record(endpoint), network, endpoint);
  expect(request).toMatchObject({
    ...{ inside: 'eth0', outside: `veth${endpoint.endpointId.slice(0, 8)}`, defaultRoute: true },
    ...{ addresses: ['10.5.0.2', 'fd00:5::2'], aliases: ['db', 'aaaaaaaaaaaa', 'box'] },
    ...{ dnsServers: ['9.9.9.9'], network: { names: true, internal: false } },
  });
  expect(request.ports).toEqual([
    { host_ip: '0.0.0.0', host_port: 8080, container_port: 80, protocol: 'tcp', range: 1 },
    { host_ip: '::', host_port: 8080, container_port: 80, protocol: 'tcp', range: 1 },
    { host_ip: '127.0.0.1', host_port: 53, container_port: 53, protocol: 'udp', range: 1 },
  ]);
});

it('publishes no port to an address that the container does not have, nor off the gateway', () => {
  const network = engine.networks.get('both');
  const endpoint = { ...taken(), isGateway: true, address6: '' };
  const families = netavarkEndpoint(record(endpoint), network, endpoint).ports;
  expect(families.map(({ host_ip }) => host_ip)).toEqual(['0.0.0.0', '127.0.0.1']);
  const other = { ...endpoint, isGateway: false };
  expect(netavarkEndpoint(record(other), network, other).ports).toEqual([]);
});
