import { expect, test } from 'vitest';
import { containerSummarySchema } from '../../engine/container-schemas.ts';
import { wantedDomains } from './wanted-domains.ts';

const tcp = (...ports: number[]) => ports.map((PrivatePort) => ({ PrivatePort, Type: 'tcp' }));
const bridge = { bridge: { IPAddress: '172.17.0.2' } };

function container(name: string, Ports: object[], more: object = {}) {
  return containerSummarySchema.parse({
    ...{ Id: `id-of-${name}`, Names: [`/${name}`], Image: 'i', ImageID: 'i', Command: '' },
    ...{ Created: 0, State: 'running', Status: 'Up', Ports },
    NetworkSettings: { Networks: bridge },
    ...more,
  });
}

const compose = (service: string, more: object = {}) => ({
  Labels: {
    'com.docker.compose.project': 'shop',
    'com.docker.compose.service': service,
    ...more,
  },
});

const domains = (...containers: ReturnType<typeof container>[]) =>
  wantedDomains(containers, new Set(['inner']));

test('a name leads to the port for the web at the container’s address, published or not', () => {
  expect(domains(container('Web', tcp(8080, 80)))).toEqual([
    {
      ...{ containerId: 'id-of-Web', containerName: 'Web', names: ['web'] },
      target: { host: '172.17.0.2', port: 80 },
    },
  ]);
});

test.each([
  ['the lowest', tcp(9000, 3000, 9229), {}, 3000],
  ['the web’s own', tcp(22, 8080, 80), {}, 80],
  ['none of a database or of TLS', tcp(443, 5432), {}, undefined],
  ['none of UDP', [{ PrivatePort: 80, Type: 'udp' }], {}, undefined],
  ['the label’s, exposed or not', tcp(80), { 'berth.http-port': '15672' }, 15672],
  ['none for a label that is not a port', tcp(80), { 'berth.http-port': 'no' }, undefined],
])('the port is %s', (_, ports, Labels, expected) => {
  expect(domains(container('web', ports, { Labels }))[0]?.target.port).toBe(expected);
});

test('a service of a project has its name in it; the oldest of several containers has it', () => {
  const found = domains(
    container('shop-api-2', tcp(80), compose('api')),
    container('shop-api-1', tcp(80), compose('api')),
    container('shop-api-run-1', tcp(80), compose('api', { 'com.docker.compose.oneoff': 'True' })),
  );
  expect(found.map(({ names }) => names)).toEqual([
    ['shop-api-2'],
    ['shop-api-1', 'api.shop'],
    ['shop-api-run-1'],
  ]);
});

test('a container that is called like another one’s service keeps its name', () => {
  const found = domains(
    container('shop-api-1', tcp(80), compose('api')),
    container('api.shop', tcp(80)),
  );
  expect(found.map(({ names }) => names)).toEqual([['shop-api-1'], ['api.shop']]);
});

test('internal networks have no addresses; the host network has the VM’s', () => {
  const on = (Networks: object) => ({ NetworkSettings: { Networks } });
  const inner = { inner: { IPAddress: '172.18.0.2' } };
  expect(domains(container('a', tcp(80), on(inner)))).toEqual([]);
  const both = container('a', tcp(80), on({ ...inner, ...bridge }));
  expect(domains(both)[0]?.target.host).toBe('172.17.0.2');
  const host = container('a', tcp(80), on({ host: { IPAddress: '' } }));
  expect(domains(host)[0]?.target.host).toBe('127.0.0.1');
  expect(domains(container('a', tcp(80), on({ none: { IPAddress: '' } })))).toEqual([]);
});

test('what cannot be a name in DNS is none', () => {
  expect(domains(container('a'.repeat(64), tcp(80)), container('a..b', tcp(80)))).toEqual([]);
});
