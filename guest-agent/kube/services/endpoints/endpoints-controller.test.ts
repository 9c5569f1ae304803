import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Objects } from '../../objects/objects.ts';
import { endpointSlices, endpoints, pods, services } from '../../objects/resources.ts';
import {
  createPod,
  createService,
  eventually,
  inDefault,
  noLog,
  setReady,
  testObjects,
} from '../testing/stored-objects.ts';
import { startEndpoints } from './endpoints-controller.ts';
import { ServiceEndpoints } from './service-endpoints.ts';

let objects: Objects;
beforeEach(async () => {
  objects = await testObjects();
  const controller = startEndpoints(objects, noLog);
  onTestFinished(() => controller[Symbol.dispose]());
});

const subsetsOf = (name: string) => objects.get(endpoints, inDefault(name))?.subsets;
const ips = (name: string) =>
  subsetsOf(name)?.map(({ addresses, notReadyAddresses }) => [
    addresses?.map(({ ip }) => ip) ?? [],
    notReadyAddresses?.map(({ ip }) => ip) ?? [],
  ]);
const slicesOf = (name: string) =>
  objects
    .list(endpointSlices)
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name);

const web = { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] };

test('a Service leads to its ready pods', async () => {
  await createService(objects, 'web', web);
  await createPod(objects, 'one', '10.0.0.1');
  await createPod(objects, 'two', '10.0.0.2', { isReady: false });
  await createPod(objects, 'other', '10.0.0.3', { app: 'db' });
  await eventually(() => expect(ips('web')).toEqual([[['10.0.0.1'], ['10.0.0.2']]]));
  expect(subsetsOf('web')?.[0]).toMatchObject({
    addresses: [{ nodeName: 'berth', targetRef: { kind: 'Pod', name: 'one' } }],
    ports: [{ port: 8080, protocol: 'TCP' }],
  });
  expect(slicesOf('web')).toMatchObject([
    {
      metadata: { ownerReferences: [{ kind: 'Service', name: 'web', controller: true }] },
      addressType: 'IPv4',
      endpoints: [
        { addresses: ['10.0.0.1'], conditions: { ready: true } },
        { addresses: ['10.0.0.2'], conditions: { ready: false } },
      ],
      ports: [{ name: '', port: 8080, protocol: 'TCP' }],
    },
  ]);
  await setReady(objects, 'two', true);
  await eventually(() => expect(ips('web')).toEqual([[['10.0.0.1', '10.0.0.2'], []]]));
});

test('a pod that is being deleted leaves, and its slice says that it still serves', async () => {
  await createService(objects, 'web', web);
  await createPod(objects, 'one', '10.0.0.1');
  await createPod(objects, 'two', '10.0.0.2');
  await eventually(() => expect(ips('web')?.[0]?.[0]).toHaveLength(2));
  await objects.requestDeletion(pods, inDefault('one'));
  await eventually(() => expect(ips('web')).toEqual([[['10.0.0.2'], []]]));
  expect(slicesOf('web')[0]?.endpoints?.[0]).toMatchObject({
    conditions: { ready: false, serving: true, terminating: true },
  });
  await objects.remove(pods, inDefault('one'));
  await eventually(() => expect(slicesOf('web')[0]?.endpoints).toHaveLength(1));
});

test('a pod that ends or changes its labels leaves', async () => {
  await createService(objects, 'web', web);
  const one = await createPod(objects, 'one', '10.0.0.1');
  const two = await createPod(objects, 'two', '10.0.0.2');
  await eventually(() => expect(ips('web')?.[0]?.[0]).toHaveLength(2));
  await objects.update(pods, { ...one, status: { ...one.status, phase: 'Succeeded' } });
  await objects.update(pods, { ...two, metadata: { ...two.metadata, labels: {} } });
  await eventually(() => expect(subsetsOf('web')).toEqual([]));
  expect(slicesOf('web')).toEqual([]);
});

test('pods may give the same name to different ports', async () => {
  const ports = [
    { name: 'http', port: 80, targetPort: 'http' },
    { name: 'dns', port: 53, targetPort: 'dns', protocol: 'UDP' },
  ];
  await createService(objects, 'web', { ...web, ports });
  const port = (containerPort: number) => ({
    containers: [{ name: 'c', ports: [{ name: 'http', containerPort }] }],
  });
  await createPod(objects, 'one', '10.0.0.1', { spec: port(8000) });
  await createPod(objects, 'two', '10.0.0.2', { spec: port(9000) });
  await createPod(objects, 'without', '10.0.0.3');
  await eventually(() =>
    expect(subsetsOf('web')).toMatchObject([
      { addresses: [{ ip: '10.0.0.1' }], ports: [{ name: 'http', port: 8000 }] },
      { addresses: [{ ip: '10.0.0.2' }], ports: [{ name: 'http', port: 9000 }] },
    ]),
  );
  expect(slicesOf('web')).toHaveLength(2);
});

test('publishNotReadyAddresses lists all pods as ready, and pods keep their own names', async () => {
  const spec = { hostname: 'web-0', subdomain: 'web' };
  await createService(objects, 'web', {
    ...{ ...web, clusterIP: 'None', ports: [], publishNotReadyAddresses: true },
  });
  await createPod(objects, 'web-0', '10.0.0.1', { isReady: false, spec });
  await eventually(() =>
    expect(subsetsOf('web')).toMatchObject([
      { addresses: [{ ip: '10.0.0.1', hostname: 'web-0' }] },
    ]),
  );
  expect(objects.get(endpoints, inDefault('web'))?.metadata.labels).toEqual({
    'service.kubernetes.io/headless': '',
  });
  await objects.requestDeletion(pods, inDefault('web-0'));
  await eventually(() =>
    expect(slicesOf('web')[0]?.endpoints?.[0]?.conditions).toMatchObject({ terminating: true }),
  );
  expect(ips('web')).toEqual([[['10.0.0.1'], []]]);
});

test('Endpoints that a user wrote are mirrored and stay as they are', async () => {
  await createService(objects, 'db', { ports: [{ port: 5432 }] });
  const subsets = [{ addresses: [{ ip: '192.168.1.9' }], ports: [{ port: 5432 }] }];
  await objects.create(endpoints, { metadata: inDefault('db'), subsets });
  await eventually(() =>
    expect(slicesOf('db')).toMatchObject([
      { endpoints: [{ addresses: ['192.168.1.9'] }], ports: [{ port: 5432, protocol: 'TCP' }] },
    ]),
  );
  expect(subsetsOf('db')).toEqual(subsets);
  await objects.remove(services, inDefault('db'));
  await eventually(() => expect(slicesOf('db')).toEqual([]));
  expect(objects.get(endpoints, inDefault('db'))).toBeUndefined();
});

test('nobody opens the ports of the node itself by writing endpoints', async () => {
  using known = new ServiceEndpoints(objects);
  await createService(objects, 'db', { ports: [{ port: 5432 }] });
  const addresses = ['127.0.0.1', '0.0.0.0', '169.254.0.1', '192.168.1.9'].map((ip) => ({ ip }));
  const subsets = [{ addresses, ports: [{ port: 5432 }] }];
  await objects.create(endpoints, { metadata: inDefault('db'), subsets });
  await eventually(() =>
    expect(known.backends(inDefault('db'), {})).toEqual([{ address: '192.168.1.9', port: 5432 }]),
  );
});
