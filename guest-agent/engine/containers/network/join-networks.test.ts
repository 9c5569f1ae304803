import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Engine } from '../../engine.ts';
import { createNetwork } from '../../networks/create.ts';
import { networkCreateSchema } from '../../networks/create-request.ts';
import { Networks } from '../../networks/networks.ts';
import { testEngine, testRecord } from '../../testing/test-engine.ts';
import { Undo } from '../../undo.ts';
import { newEndpoint } from '../record/endpoint.ts';
import { endpointRequestSchema } from '../request/endpoint-request.ts';
import { holdNetworks, joinNetworks, leaveNetworks, takePublishedPorts } from './join-networks.ts';

let directory: string;
let engine: Engine;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-run-'));
  engine = await testEngine(directory);
  const IPAM = { Config: [{ Subnet: '10.5.0.0/29' }] };
  await createNetwork(engine, networkCreateSchema.parse({ Name: 'small', IPAM }), []);
});
afterEach(() => rm(directory, { recursive: true }));

const PortBindings = { '80/tcp': [{ HostPort: '8080' }] };
const running = () => {
  const network = engine.networks.get('small');
  const endpoint = newEndpoint(network, endpointRequestSchema.parse(null));
  return {
    ...testRecord({ status: 'running' }, { NetworkMode: 'small', PortBindings }),
    endpoints: { small: { ...endpoint, endpointId: 'e'.repeat(64), address: '10.5.0.2' } },
    publishedPorts: [{ port: '80/tcp', hostIp: '0.0.0.0', hostPort: 8080 }],
  };
};
const starting = (name: string, id: string, host: object = {}) => {
  const record = testRecord({}, { NetworkMode: name, ...host });
  return engine.containers.add({ ...record, id: id.repeat(64), name: 'later' });
};

it('does not give away addresses of containers that ran before the agent started', async () => {
  holdNetworks(engine, running());
  const network = engine.networks.get('small');
  expect(engine.networks.poolsOf(network)[0]?.take()).toBe('10.5.0.3');
  expect(engine.networks.isInUse(network)).toBe(true);
  const container = await starting('small', 'b', { PortBindings });
  await expect(joinNetworks(engine, container, new Undo())).rejects.toThrow(
    /^failed to set up container networking: driver failed programming external connectivity on endpoint later \([0-9a-f]{64}\): Bind for 0.0.0.0:8080 failed: port is already allocated$/,
  );
  // The failed start took nothing.
  expect(engine.networks.membersOf(network)).toEqual([running().id]);
  expect(engine.networks.poolsOf(network)[0]?.take()).toBe('10.5.0.5');
});

it('releases everything of a container, and sends the disconnect event', async () => {
  holdNetworks(engine, running());
  await leaveNetworks(engine, running());
  expect(engine.networks.isInUse(engine.networks.get('small'))).toBe(false);
  engine.networks.ports.take('tcp', ['0.0.0.0'], 8080, 8080);
  expect(engine.events.past().at(-1)).toMatchObject({
    ...{ type: 'network', action: 'disconnect' },
    attributes: { name: 'small', type: 'bridge', container: running().id },
  });
});

it('does not start a container whose network was removed', async () => {
  const container = await starting('gone', 'c');
  await expect(joinNetworks(engine, container, new Undo())).rejects.toThrow(
    'failed to set up container networking: network gone not found',
  );
});

it('says in Docker’s words that another container has no network to share', async () => {
  const other = await engine.containers.add(testRecord({ status: 'exited' }));
  const share = async (reference: string) =>
    joinNetworks(engine, await starting(`container:${reference}`, 'b'), new Undo());
  await expect(share('nosuch')).rejects.toThrow(
    'joining network namespace of container: No such container: nosuch',
  );
  await expect(share(other.id)).rejects.toThrow(
    'cannot join network namespace of a non running container: container calm_otter is exited',
  );
});

/** A host on which these ports are in use. */
const hostWith = (...taken: number[]) => {
  const asked: number[] = [];
  vi.spyOn(engine.hostPorts, 'refusal').mockImplementation(async (ports) => {
    asked.push(...ports.map(({ hostPort }) => hostPort));
    const port = ports.find(({ hostPort }) => taken.includes(hostPort));
    return port && { port, reason: `exposing port TCP 0.0.0.0:${port.hostPort}` };
  });
  return asked;
};

it('does not start a container whose port the host cannot open', async () => {
  hostWith(8080);
  const container = await starting('small', 'b', { PortBindings });
  await expect(joinNetworks(engine, container, new Undo(), true)).rejects.toThrow(
    /^ports are not available: exposing port TCP 0.0.0.0:8080$/,
  );
  expect(engine.networks.membersOf(engine.networks.get('small'))).toEqual([]);
  engine.networks.ports.take('tcp', ['0.0.0.0'], 8080, 8080);
});

it('chooses another port if it can', async () => {
  const asked = hostWith(8081, 8082);
  const range = { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8081-8084' }] };
  const container = await starting('small', 'b', { PortBindings: range });
  const saved = vi.spyOn(engine.containers, 'save').mockRejectedValueOnce(new Error('full'));
  await expect(joinNetworks(engine, container, new Undo(), true)).rejects.toThrow('full');
  expect(asked).toEqual([8081, 8082, 8083]);
  expect(saved.mock.lastCall?.[1].publishedPorts).toMatchObject([{ hostPort: 8083 }]);
  engine.networks.ports.take('tcp', ['127.0.0.1'], 8081, 8081);
});

it('publishes on the configured address, unless a binding or the network names one', async () => {
  const { driver } = engine.networks;
  const networks = new Networks(join(directory, 'others'), driver, engine.damage, '127.0.0.1');
  await networks.load();
  const local = { ...engine, networks };
  const option = 'com.docker.network.bridge.host_binding_ipv4';
  const open = { Name: 'open', Options: { [option]: '0.0.0.0' } };
  for (const request of [{ Name: 'plain' }, open]) {
    await createNetwork(local, networkCreateSchema.parse(request), []);
  }
  const published = (name: string, HostIp: string, HostPort: string) =>
    takePublishedPorts(
      local,
      testRecord({}, { PortBindings: { '80/tcp': [{ HostIp, HostPort }] } }),
      name,
    ).map(({ hostIp, hostPort }) => `${hostIp}:${hostPort}`);
  expect(published('plain', '', '8001')).toEqual(['127.0.0.1:8001']);
  expect(published('plain', '0.0.0.0', '8002')).toEqual(['0.0.0.0:8002']);
  expect(published('open', '', '8003')).toEqual(['0.0.0.0:8003']);
});
