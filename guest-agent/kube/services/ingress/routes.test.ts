import type { IngressSpec } from 'kubernetes-types/networking/v1.js';
import { beforeEach, expect, test } from 'vitest';
import type { Objects } from '../../objects/objects.ts';
import { ingresses } from '../../objects/resources.ts';
import { inDefault, testObjects } from '../testing/stored-objects.ts';
import { findTarget, routeTable } from './routes.ts';

let objects: Objects;
beforeEach(async () => {
  objects = await testObjects();
});

const backend = (name: string) => ({ service: { name, port: { number: 80 } } });
const path = (pathType: string, path: string, name = `${pathType} ${path}`) => ({
  ...{ path, pathType, backend: backend(name) },
});
const create = (name: string, spec: IngressSpec) =>
  objects.create(ingresses, { metadata: inDefault(name), spec });
/** The name of the Service that gets a request. */
const ask = (host: string, url: string) =>
  findTarget(routeTable(objects.list(ingresses)), host, url)?.backend.service?.name;

test('the longest path wins, and Exact comes before Prefix', async () => {
  await create('web', {
    rules: [
      {
        host: 'shop.localhost',
        http: {
          paths: [
            path('Prefix', '/'),
            path('Prefix', '/api'),
            path('Exact', '/api'),
            path('Prefix', '/api/v2/'),
            path('ImplementationSpecific', '/static'),
          ],
        },
      },
    ],
  });
  const answers = {
    '/': 'Prefix /',
    '/other?x=/api': 'Prefix /',
    '/api': 'Exact /api',
    '/api/': 'Prefix /api',
    '/api/users?page=2': 'Prefix /api',
    '/apis': 'Prefix /',
    '/api/v2': 'Prefix /api/v2/',
    '/api/v2/x': 'Prefix /api/v2/',
    '/static/a.css': 'ImplementationSpecific /static',
  };
  const found = Object.keys(answers).map((url) => [url, ask('shop.localhost', url)]);
  expect(Object.fromEntries(found)).toEqual(answers);
  expect(ask('Shop.Localhost:8080', '/api')).toBe('Exact /api');
  expect(ask('other.localhost', '/')).toBeUndefined();
});

test('a host comes before a wildcard, and a wildcard before every host', async () => {
  const rule = (host: string | undefined, name: string) => ({
    ...(host === undefined ? {} : { host }),
    http: { paths: [path('Prefix', '/', name)] },
  });
  await create('one', { rules: [rule(undefined, 'any'), rule('*.shop.localhost', 'wild')] });
  await create('two', { rules: [rule('api.shop.localhost', 'api')] });
  await create('three', {
    rules: [{ host: 'only.localhost', http: { paths: [path('Exact', '/x', 'x')] } }],
    defaultBackend: backend('default'),
  });
  expect(ask('api.shop.localhost', '/')).toBe('api');
  expect(ask('www.shop.localhost', '/')).toBe('wild');
  // A wildcard stands for one label.
  expect(ask('a.b.shop.localhost', '/')).toBe('any');
  expect(ask('shop.localhost', '/')).toBe('any');
  expect(ask('only.localhost', '/x')).toBe('x');
});

test('the default backend gets what no rule matches', async () => {
  await create('web', { rules: [{ host: 'a.localhost', http: { paths: [path('Exact', '/a')] } }] });
  expect(ask('a.localhost', '/b')).toBeUndefined();
  await create('rest', { defaultBackend: backend('rest') });
  expect(ask('a.localhost', '/b')).toBe('rest');
  expect(ask('b.localhost', '/')).toBe('rest');
  expect(ask('a.localhost', '/a')).toBe('Exact /a');
});
