import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseSubnet } from '../../network/subnet.ts';
import type { Engine } from '../engine.ts';
import { testEngine } from '../testing/test-engine.ts';
import { createNetwork } from './create.ts';
import { networkCreateSchema } from './create-request.ts';
import { matchesNetwork } from './filters.ts';
import { pruneNetworks, removeNetwork } from './remove.ts';

let directory: string;
let engine: Engine;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-networks-'));
  engine = await testEngine(directory);
});
afterEach(() => rm(directory, { recursive: true }));

/** Addresses of the VM under QEMU and under Windows. */
const machine = [parseSubnet('10.0.2.15/24'), parseSubnet('172.20.5.1/20')].filter(
  (subnet) => subnet !== undefined,
);
const create = (Name: string, more: object = {}) =>
  createNetwork(engine, networkCreateSchema.parse({ Name, ...more }), machine);
const config = (...Config: object[]) => ({ IPAM: { Config } });
const custom = (target = engine) => target.networks.list().slice(3);

it('gives each network a subnet of its own', async () => {
  const [one, two] = [await create('one'), await create('two')];
  expect(one.ipam).toMatchObject([{ subnet: '172.18.0.0/16', gateway: '172.18.0.1' }]);
  expect(two.ipam).toMatchObject([{ subnet: '172.19.0.0/16' }]);
  expect((await create('three')).ipam).toMatchObject([{ subnet: '172.21.0.0/16' }]);
  expect(two.bridge).toBe(`br-${two.id.slice(0, 12)}`);
  const six = await create('six', { EnableIPv6: true, EnableIPv4: false });
  expect(six.ipam).toMatchObject([{ subnet: expect.stringMatching(/^fd[0-9a-f:]+\/64$/) }]);
});

it('uses the subnet and options that a user chose', async () => {
  const network = await create('own', {
    ...config(
      {
        ...{ Subnet: '10.5.0.0/16', IPRange: '10.5.1.0/24', Gateway: '10.5.0.254' },
        AuxiliaryAddresses: { router: '10.5.1.1' },
      },
      { Subnet: 'fd00:5::/64' },
    ),
    ...{ EnableIPv6: true, Internal: true, Labels: { a: 'b' } },
    Options: { 'com.docker.network.bridge.name': 'own0' },
  });
  expect(network).toMatchObject({
    ...{ internal: true, bridge: 'own0', labels: { a: 'b' } },
    ipam: [
      { subnet: '10.5.0.0/16', range: '10.5.1.0/24', gateway: '10.5.0.254' },
      { subnet: 'fd00:5::/64', gateway: 'fd00:5::1' },
    ],
  });
  const [pool] = engine.networks.poolsOf(network);
  expect([pool?.take(), pool?.take()]).toEqual(['10.5.1.0', '10.5.1.2']);
});

it.each([
  ['', {}, 'invalid', 'invalid name: name is empty'],
  ['bridge', {}, 'forbidden', 'operation is not permitted on predefined bridge network'],
  ['taken', {}, 'conflict', 'network with name taken already exists'],
  ['x', { Driver: 'host' }, 'forbidden', 'only one instance of "host" network is allowed'],
  ['x', { Driver: 'weave' }, 'not-found', 'plugin "weave" not found'],
  ['x', config({ Subnet: '10.1.5.0/24' }), 'forbidden', 'Pool overlaps with other one'],
  ['x', config({ Subnet: '10.0.0.0/8' }), 'forbidden', 'Pool overlaps with other one'],
  ['x', config({ Subnet: '172.17.0.0/24' }), 'forbidden', 'Pool overlaps with other one'],
  ['x', config({ Subnet: 'ten' }), 'invalid', 'invalid subnet ten'],
  ['x', config({ Subnet: '10.9.0.1/16' }), 'invalid', 'it should be 10.9.0.0/16'],
  [
    'x',
    config({ Subnet: '10.9.0.0/16', Gateway: '10.8.0.1' }),
    'invalid',
    "doesn't contain this address",
  ],
  [
    'x',
    config({ Subnet: '10.9.0.0/16', IPRange: '10.8.0.0/24' }),
    'invalid',
    "invalid ip-range 10.8.0.0/24: parent subnet 10.9.0.0/16 doesn't contain ip-range",
  ],
  [
    'x',
    config({ Subnet: '10.9.0.0/16', IPRange: '10.8.0.0/15' }),
    'invalid',
    'invalid ip-range 10.8.0.0/15: CIDR block is bigger than its parent subnet 10.9.0.0/16',
  ],
  [
    'x',
    config({ Subnet: '10.9.0.0/16', Gateway: 'fd00::1' }),
    'invalid',
    'invalid gateway fd00::1: parent subnet is an IPv4 block',
  ],
  [
    'x',
    config({ Subnet: '10.9.0.0/16' }, { Subnet: '10.8.0.0/16' }),
    'forbidden',
    "bridge driver doesn't support multiple subnets",
  ],
  ['x', { EnableIPv4: false }, 'invalid', 'IPv4 or IPv6 must be enabled'],
  [
    'x',
    { Options: { 'com.docker.network.bridge.name': '../../x' } },
    'invalid',
    'invalid interface name',
  ],
  [
    'x',
    { Options: { 'com.docker.network.bridge.enable_icc': 'false' } },
    'not-implemented',
    'enable_icc=false',
  ],
])('rejects %j with %j and creates nothing', async (name, more, code, message) => {
  await create('taken', config({ Subnet: '10.1.0.0/16' }));
  await expect(create(name, more)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message),
  });
  expect(custom()).toHaveLength(1);
});

it('finds networks again after a restart, by name, ID and beginning of an ID', async () => {
  const { id } = await create('kept');
  const again = await testEngine(directory);
  for (const reference of ['kept', id, id.slice(0, 8)]) {
    expect(again.networks.get(reference).id).toBe(id);
  }
  expect(() => again.networks.get('lost')).toThrow('network lost not found');
});

it('removes only networks without containers', async () => {
  const used = await create('used');
  await create('free');
  engine.networks.enter(used, 'a-container');
  await expect(removeNetwork(engine, 'used')).rejects.toThrow(
    'error while removing network: network used has active endpoints',
  );
  await expect(removeNetwork(engine, 'host')).rejects.toThrow(
    'host is a pre-defined network and cannot be removed',
  );
  expect(await pruneNetworks(engine, {})).toEqual(['free']);
  engine.networks.exit(used, 'a-container');
  await removeNetwork(engine, used.id.slice(0, 10));
  expect(custom(await testEngine(directory))).toEqual([]);
  expect(engine.events.past().map(({ action }) => action)).toEqual([
    ...['create', 'create', 'destroy', 'prune', 'destroy'],
  ]);
});

it('prunes by label and age', async () => {
  await create('old', { Labels: { stage: 'test' } });
  expect(await pruneNetworks(engine, { label: ['stage=live'] })).toEqual([]);
  expect(await pruneNetworks(engine, { until: ['1h'] })).toEqual([]);
  expect(await pruneNetworks(engine, { label: ['stage'] })).toEqual(['old']);
});

it('filters as Docker does', async () => {
  const used = await create('front', { Labels: { tier: 'web' } });
  await create('front-two');
  engine.networks.enter(used, 'a-container');
  const names = (filters: Record<string, string[]>) =>
    engine.networks
      .list()
      .filter((network) => matchesNetwork(engine.networks, network, filters))
      .map(({ name }) => name);
  expect(names({ name: ['front'] })).toEqual(['front', 'front-two']);
  expect(names({ label: ['tier=web'] })).toEqual(['front']);
  expect(names({ driver: ['null', 'host'] })).toEqual(['host', 'none']);
  expect(names({ type: ['custom'] })).toEqual(['front', 'front-two']);
  expect(names({ dangling: ['true'] })).toEqual(['front-two']);
  expect(names({ id: [used.id.slice(0, 6)] })).toEqual(['front']);
  expect(names({ scope: ['swarm'] })).toEqual([]);
  expect(() => names({ type: ['odd'] })).toThrow("invalid filter: 'type'='odd'");
  expect(() => names({ colour: ['red'] })).toThrow("invalid filter 'colour'");
});
