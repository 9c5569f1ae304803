import { expect, test } from 'vitest';
import { formatPublish, parseExposed, parsePublish, portBindings, publishedPorts } from './port.ts';

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

test.each([
  ['::1:8080:80', [port(80, '8080', '::1')]],
  ['53:53/UDP', [port(53, '53', '', 'udp')]],
])('reads %s as Docker does', (text, ports) => {
  expect(parsePublish(text)).toEqual(ports);
});

test.each([
  ['80/icmp', 'Invalid proto: icmp'],
  ['x.org:80:80', 'Invalid IP address: x.org'],
  ['99999:80', 'Invalid hostPort: 99999'],
  ['81-80', 'Invalid containerPort: 81-80'],
  ['8-9:80-82', 'Invalid ranges specified for container and host Ports: 80-82 and 8-9'],
])('rejects %s with Docker’s text', (text, reason) => {
  expect(() => parsePublish(text)).toThrow(`invalid port "${text}": ${reason}`);
});

test.each(['80', '8080:80', '53:53/udp', '127.0.0.1:8080:80', '127.0.0.1::80', '[::1]:8080:80'])(
  'writes %s in the form that it reads',
  (text) => {
    const ports = parsePublish(text);
    expect(ports.map(formatPublish)).toEqual([text]);
    expect(publishedPorts(portBindings(ports))).toEqual(ports);
  },
);

test('exposed ports', () => {
  expect(parseExposed('80')).toEqual(['80/tcp']);
  expect(parseExposed('80-81/UDP')).toEqual(['80/udp', '81/udp']);
  expect(parseExposed('0')).toEqual(['0/tcp']);
  for (const text of ['', '65536', '8080:80', '80/icmp', '82-81']) {
    expect(() => parseExposed(text)).toThrow(`invalid port "${text}"`);
  }
});
