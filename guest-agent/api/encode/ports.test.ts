import { expect, it } from 'vitest';
import { testRecord } from '../../engine/testing/test-engine.ts';
import { listedPorts, portMap } from './ports.ts';

const record = {
  ...testRecord({ status: 'running' }, {}, { ExposedPorts: { '80/tcp': {}, '53/udp': {} } }),
  publishedPorts: [
    { port: '80/tcp', hostIp: '0.0.0.0', hostPort: 8080 },
    { port: '80/tcp', hostIp: '::', hostPort: 8080 },
  ],
};

it('shows ports that are published and ports that are only exposed', () => {
  expect(listedPorts(record)).toEqual([
    { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
    { IP: '::', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
    { PrivatePort: 53, Type: 'udp' },
  ]);
  expect(portMap(record)).toEqual({
    '80/tcp': [
      { HostIp: '0.0.0.0', HostPort: '8080' },
      { HostIp: '::', HostPort: '8080' },
    ],
    '53/udp': null,
  });
});

it('lists no ports of a container that does not run', () => {
  expect(
    listedPorts(testRecord({ status: 'exited' }, {}, { ExposedPorts: { '80/tcp': {} } })),
  ).toEqual([]);
});
