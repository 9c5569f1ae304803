import type { Service, ServiceSpec } from 'kubernetes-types/core/v1.js';
import { beforeEach, expect, test } from 'vitest';
import { KubeError } from '../../kube-error.ts';
import type { Objects } from '../../objects/objects.ts';
import { services } from '../../objects/resources.ts';
import { inDefault, testObjects } from '../testing/stored-objects.ts';
import { admitService } from './admit-service.ts';
import { ServiceAddresses } from './service-addresses.ts';
import { chooseServiceSubnet, subnetOf } from './service-subnet.ts';

const CIDR = '10.96.0.0/16';
let objects: Objects;
let addresses: ServiceAddresses;
beforeEach(async () => {
  objects = await testObjects();
  addresses = new ServiceAddresses(objects, subnetOf(CIDR), CIDR);
});

const service = (name: string, spec: ServiceSpec): Service => ({ metadata: inDefault(name), spec });
const admit = (name: string, spec: ServiceSpec, old?: Service) =>
  admitService(addresses, service(name, spec), old);
async function store(name: string, spec: ServiceSpec) {
  return objects.create(services, admit(name, spec));
}

test('every Service gets an address of its own, before the last one is stored too', async () => {
  const names = Array.from({ length: 300 }, (_, index) => `s${index}`);
  const given = names.map((name) => admit(name, { ports: [{ port: 80 }] }).spec?.clusterIP);
  expect(new Set(given).size).toBe(300);
  expect(given[0]).toBe('10.96.1.0');
  expect(admit('web', { ports: [{ port: 80 }] }).spec).toMatchObject({
    ...{ type: 'ClusterIP', clusterIPs: ['10.96.2.44'], sessionAffinity: 'None' },
    ...{ ipFamilies: ['IPv4'], ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }] },
  });
});

test('a requested address and None are kept', async () => {
  await store('fixed', { clusterIP: '10.96.0.20' });
  expect(admit('headless', { clusterIP: 'None' }).spec?.clusterIPs).toEqual(['None']);
  expect(() => admit('other', { clusterIP: '10.96.0.20' })).toThrow(
    'spec.clusterIPs: Invalid value: ["10.96.0.20"]: failed to allocate IP 10.96.0.20: provided IP is already allocated',
  );
  expect(() => admit('other', { clusterIP: '10.20.0.1' })).toThrow(
    'the provided IP (10.20.0.1) is not in the valid range. The range of valid IPs is 10.96.0.0/16',
  );
  expect(() => admit('other', { clusterIP: 'ten' })).toThrow('must be a valid IP address');
  // The node's own.
  expect(() => admit('other', { clusterIP: '10.96.0.1' })).toThrow('already allocated');
});

test('an update keeps the address and the node ports, and can’t change the address', async () => {
  const spec: ServiceSpec = { type: 'NodePort', ports: [{ port: 80 }, { name: 'x', port: 81 }] };
  const old = await store('web', spec);
  const ports = old.spec?.ports?.map(({ nodePort }) => nodePort);
  expect(ports).toEqual([30_000, 30_001]);
  const again = admit('web', { type: 'NodePort', ports: [{ name: 'x', port: 81 }] }, old);
  expect(again.spec).toMatchObject({
    clusterIP: old.spec?.clusterIP,
    ports: [{ port: 81, nodePort: 30_001 }],
  });
  expect(() => admit('web', { clusterIP: '10.96.9.9' }, old)).toThrow('may not change once set');
  const plain = admit('web', { type: 'ClusterIP', ports: [{ port: 80, nodePort: 30_000 }] }, old);
  expect(plain.spec?.ports).toEqual([{ port: 80, targetPort: 80, protocol: 'TCP' }]);
  const elsewhere = admit('web', { ...old.spec, type: 'ExternalName', externalName: 'a.b' }, old);
  expect(elsewhere.spec).not.toHaveProperty('clusterIP');
});

test('node ports are in their range and belong to one Service', async () => {
  await store('web', { type: 'LoadBalancer', ports: [{ port: 80, nodePort: 30_080 }] });
  const ask = (nodePort: number, protocol = 'TCP') =>
    admit('other', { type: 'NodePort', ports: [{ port: 1, nodePort, protocol }] });
  expect(() => ask(30_080)).toThrow(
    'spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
  );
  expect(() => ask(80)).toThrow('The range of valid ports is 30000-32767');
  expect(ask(30_080, 'UDP').spec?.ports?.[0]?.nodePort).toBe(30_080);
  const refused = () => ask(30_080);
  expect(refused).toThrow(KubeError);
  const none = admit('lb', {
    ...{ type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, ports: [{ port: 80 }] },
  });
  expect(none.spec?.ports?.[0]).not.toHaveProperty('nodePort');
});

test('the subnet of Services is out of the way of networks, and stays', async () => {
  expect(chooseServiceSubnet([], [])).toBe('10.96.0.0/16');
  expect(chooseServiceSubnet([], [subnetOf('10.96.5.0/24')])).toBe('10.97.0.0/16');
  const stored = [await store('web', {})];
  expect(chooseServiceSubnet(stored, [subnetOf('10.96.5.0/24')])).toBe('10.96.0.0/16');
});
