import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFirstObjects } from '../lifecycle/first-objects.ts';
import { Objects } from '../objects/objects.ts';
import type { Resource } from '../objects/resource.ts';
import {
  configMaps,
  endpointSlices,
  endpoints,
  namespaces,
  services,
} from '../objects/resources.ts';
import { startEndpoints } from '../services/endpoints/endpoints-controller.ts';
import { keepApiService } from './api-service.ts';
import { keepRootCa, ROOT_CA } from './root-ca.ts';

/* What every cluster has for pods that use its API. */

let objects: Objects;
let stack: DisposableStack;
const complaints: string[] = [];
const log = (message: string) => complaints.push(message);

beforeEach(async () => {
  objects = new Objects();
  stack = new DisposableStack();
  await createFirstObjects(objects);
});

afterEach(() => {
  stack.dispose();
  expect(complaints).toEqual([]);
});

it('the Service of the API has endpoints, also after somebody deletes them', async () => {
  const key = { namespace: 'default', name: 'kubernetes' };
  stack.use(startEndpoints(objects, log));
  stack.use(await keepApiService(objects, '10.43.0.1', log));
  const found = () => ({
    service: objects.get(services, key)?.spec?.clusterIP,
    endpoints: objects.get(endpoints, key)?.subsets,
    slices: objects.list(endpointSlices).map(({ metadata, endpoints: all }) => ({
      name: metadata.name,
      addresses: all.flatMap(({ addresses }) => addresses),
    })),
  });
  const expected = {
    service: '10.43.0.1',
    endpoints: [
      { addresses: [{ ip: '10.43.0.1' }], ports: [{ name: 'https', port: 443, protocol: 'TCP' }] },
    ],
    slices: [{ name: 'kubernetes', addresses: ['10.43.0.1'] }],
  };
  expect(found()).toEqual(expected);
  const own: readonly Resource[] = [endpoints, endpointSlices, services];
  for (const resource of own) {
    await objects.requestDeletion(resource, key);
    await expect.poll(found).toEqual(expected);
  }
});

it('every namespace has the certificate of the API, also after somebody changes it', async () => {
  stack.use(keepRootCa(objects, 'a certificate', log));
  const certificate = (namespace: string) =>
    objects.get(configMaps, { namespace, name: ROOT_CA })?.data?.['ca.crt'];
  await expect.poll(() => certificate('default')).toBe('a certificate');
  await expect.poll(() => certificate('kube-system')).toBe('a certificate');
  await objects.create(namespaces, { metadata: { name: 'shop' } });
  await expect.poll(() => certificate('shop')).toBe('a certificate');
  const key = { namespace: 'shop', name: ROOT_CA };
  await objects.requestDeletion(configMaps, key);
  await expect.poll(() => certificate('shop')).toBe('a certificate');
  await objects.change(configMaps, key, (current) => ({ ...current, data: {} }));
  await expect.poll(() => certificate('shop')).toBe('a certificate');
});
