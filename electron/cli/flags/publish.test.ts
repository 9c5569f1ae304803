import { expect, test } from 'vitest';
import { parsePublish } from './publish.ts';

const port = (
  containerPort: number,
  hostPort = '',
  hostIp = '',
  protocol: 'tcp' | 'udp' | 'sctp' = 'tcp',
) => ({ containerPort, hostPort, hostIp, protocol });

test.each([
  ['80', [port(80)]],
  ['0:80', [port(80)]],
  ['8080:80', [port(80, '8080')]],
  ['53:53/udp', [port(53, '53', '', 'udp')]],
  ['9/sctp', [port(9, '', '', 'sctp')]],
  ['127.0.0.1:8080:80', [port(80, '8080', '127.0.0.1')]],
  ['127.0.0.1::80', [port(80, '', '127.0.0.1')]],
  ['[::1]:8080:80', [port(80, '8080', '::1')]],
  ['80-81', [port(80), port(81)]],
  ['8000-8001:80-81', [port(80, '8000'), port(81, '8001')]],
  ['8000-8010:80', [port(80, '8000-8010')]],
])('%s', (text, ports) => {
  expect(parsePublish(text)).toEqual(ports);
});

test.each([
  ...['', 'abc', '80:', '0', '65536', '99999:80', '8-9:80-82', '81-80', '80-81-82'],
  ...['80/icmp', '1:2:3:4'],
])('refuses "%s"', (text) => {
  expect(() => parsePublish(text)).toThrow(`invalid port "${text}"`);
});
