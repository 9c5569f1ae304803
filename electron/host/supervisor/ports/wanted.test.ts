import { expect, test } from 'vitest';
import { containerSummarySchema } from '../../engine/container-schemas.ts';
import { wantedPorts } from './wanted.ts';

const summary = (Ports: object[], Networks: object = { bridge: { IPAddress: '172.17.0.2' } }) =>
  containerSummarySchema.parse({
    ...{ Id: 'c0ffee', Names: ['/web'], Image: 'i', ImageID: 'i', Command: '', Created: 0 },
    ...{ State: 'running', Status: 'Up', Ports, NetworkSettings: { Networks } },
  });
const web = { containerId: 'c0ffee', containerName: 'web' };

test('published ports lead to the container; exposed ones are not wanted', () => {
  const ports = [
    { IP: '127.0.0.1', PublicPort: 8080, PrivatePort: 80, Type: 'tcp' },
    { PublicPort: 53, PrivatePort: 53, Type: 'udp' },
    { PrivatePort: 443, Type: 'tcp' },
    { IP: '0.0.0.0', PublicPort: 0, PrivatePort: 81, Type: 'tcp' },
  ];
  const target = { host: '172.17.0.2', port: 80 };
  expect(wantedPorts([summary(ports)])).toEqual([
    { ...web, address: '127.0.0.1', port: 8080, protocol: 'tcp', target, reachable: true },
    {
      ...web,
      address: '0.0.0.0',
      port: 53,
      protocol: 'udp',
      target: { ...target, port: 53 },
      reachable: true,
    },
  ]);
});

test('on several networks, the first of which may be internal, packets may not get there', () => {
  const port = { IP: '::', PublicPort: 80, PrivatePort: 80, Type: 'tcp' };
  const networks = { inner: { IPAddress: '172.18.0.2' }, bridge: { IPAddress: '172.17.0.2' } };
  expect(wantedPorts([summary([port], networks)])).toMatchObject([{ reachable: false }]);
});

test('a container without an address has no ports', () => {
  const port = { IP: '::', PublicPort: 80, PrivatePort: 80, Type: 'tcp' };
  expect(wantedPorts([summary([port], { host: { IPAddress: '' } })])).toEqual([]);
});
