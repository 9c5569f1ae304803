import { expect, test } from 'vitest';
import { exposedPorts } from './exposed-ports.ts';

test.each([
  ['80', ['80/tcp']],
  ['53/UDP', ['53/udp']],
  ['80/', ['80/tcp']],
  ['0', ['0/tcp']],
  ['8000-8001/sctp', ['8000/sctp', '8001/sctp']],
  ['1:2', ['2/tcp']],
  ['127.0.0.1:8080:80', ['80/tcp']],
  ['[::1]::80', ['80/tcp']],
  ['8000-8001:80', ['80/tcp']],
])('EXPOSE %s', (text, ports) => {
  expect(exposedPorts(text)).toEqual(ports);
});

test.each([
  ['x', 'invalid containerPort: x'],
  ['99999', 'invalid containerPort: 99999'],
  ['2-1', 'invalid containerPort: 2-1'],
  ['80/xyz', 'invalid port: "80/xyz": invalid proto: xyz'],
  ['/tcp', 'invalid port: "/tcp": no port specified'],
  ['x:80', 'invalid hostPort: x'],
  ['host:1:80', 'invalid IP address: host'],
  ['1-2:3-5', 'invalid ranges specified for container and host Ports: 3-5 and 1-2'],
])('EXPOSE %s is refused', (text, message) => {
  expect(() => exposedPorts(text)).toThrow(message);
});
