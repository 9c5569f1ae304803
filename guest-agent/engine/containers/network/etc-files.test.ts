import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../engine.ts';
import { createNetwork } from '../../networks/create.ts';
import { networkCreateSchema } from '../../networks/create-request.ts';
import { testEngine, testRecord } from '../../testing/test-engine.ts';
import type { ContainerRecord } from '../record/container.ts';
import { newEndpoint } from '../record/endpoint.ts';
import { endpointRequestSchema } from '../request/endpoint-request.ts';
import { hosts } from './etc-files.ts';
import { resolvConf } from './resolv-conf.ts';

let directory: string;
let engine: Engine;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-etc-'));
  engine = await testEngine(directory);
  await createNetwork(engine, networkCreateSchema.parse({ Name: 'front' }), []);
});
afterEach(() => rm(directory, { recursive: true }));

function onNetwork(name: string, address: string, host: object = {}): ContainerRecord {
  const network = engine.networks.get(name);
  const gateway = network.ipam[0]?.gateway ?? '';
  const endpoint = newEndpoint(network, endpointRequestSchema.parse(null));
  return {
    ...testRecord({ status: 'running' }, host),
    endpoints: { [name]: { ...endpoint, address, gateway } },
  };
}
const lines = (record: ContainerRecord, host?: string) => hosts(record, [], host).split('\n');

describe('/etc/hosts', () => {
  it('names the container and the host', () => {
    expect(lines(onNetwork('bridge', '172.17.0.2'), '10.0.2.2').slice(6)).toEqual([
      '10.0.2.2\thost.docker.internal',
      '10.0.2.2\thost.containers.internal',
      '10.0.2.2\tgateway.docker.internal',
      '172.17.0.2\tbox',
      '',
    ]);
  });

  it('has the user’s extra hosts', () => {
    const ExtraHosts = [
      ...['db:10.0.0.1', 'six=[fd00::1]', 'gate:host-gateway', 'host.docker.internal:10.9.9.9'],
    ];
    const record = onNetwork('bridge', '172.17.0.2', { ExtraHosts });
    expect(lines(record, '10.0.2.2').slice(6, 12)).toEqual([
      ...['10.0.0.1\tdb', 'fd00::1\tsix', '10.0.2.2\tgate', '10.9.9.9\thost.docker.internal'],
      ...['10.0.2.2\thost.containers.internal', '10.0.2.2\tgateway.docker.internal'],
    ]);
    expect(lines(record)).toContain('172.17.0.1\tgate');
  });

  it('omits the host if the container can’t reach it', () => {
    const record = testRecord({}, { NetworkMode: 'none' });
    expect(hosts(record, [], '10.0.2.2')).not.toContain('host.docker.internal');
  });
});

describe('/etc/resolv.conf', () => {
  it('names Docker’s address of the name server if a network has names', async () => {
    const record = onNetwork('front', '172.18.0.2', { Dns: ['9.9.9.9'], DnsSearch: ['lan'] });
    expect(await resolvConf(engine, record)).toBe(
      'search lan\nnameserver 127.0.0.11\noptions ndots:0\n',
    );
  });

  it('names the server of a network that has only IPv6', async () => {
    const record = onNetwork('front', '172.18.0.2');
    const { front } = record.endpoints;
    if (front === undefined) throw new Error('not on the network');
    const endpoint = { ...front, address: '', gateway: '', gateway6: 'fd00::1' };
    expect(await resolvConf(engine, { ...record, endpoints: { front: endpoint } })).toContain(
      'nameserver fd00::1\n',
    );
  });

  it('uses the user’s name servers on the default bridge', async () => {
    const host = { Dns: ['9.9.9.9'], DnsSearch: ['lan'], DnsOptions: ['ndots:3', 'rotate'] };
    expect(await resolvConf(engine, onNetwork('bridge', '172.17.0.2', host))).toBe(
      'search lan\nnameserver 9.9.9.9\noptions ndots:3 rotate\n',
    );
  });
});
