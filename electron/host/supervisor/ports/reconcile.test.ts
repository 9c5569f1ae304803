import { expect, test } from 'vitest';
import { portKey, reconcile } from './reconcile.ts';
import type { WantedPort } from './wanted.ts';

const wanted = (port: number, address = '0.0.0.0', containerId = 'a'): WantedPort => ({
  ...{ address, port, protocol: 'tcp', containerId, containerName: containerId },
  target: { host: '172.17.0.2', port: 80 },
  reachable: true,
});
const opened = (...ports: WantedPort[]) => new Map(ports.map((port) => [portKey(port), port]));

test('opens what is missing, closes what is left over, leaves the rest', () => {
  const [one, two, three] = [wanted(1), wanted(2), wanted(3)];
  expect(reconcile([two, three], opened(one, two))).toEqual({
    ...{ close: [portKey(one)], open: [three] },
  });
});

test('the same port on another address, or by another protocol, is another port', () => {
  const [loopback, everywhere] = [wanted(80, '127.0.0.1'), wanted(80)];
  const datagrams: WantedPort = { ...loopback, protocol: 'udp' };
  expect(reconcile([loopback, datagrams], opened(everywhere, loopback))).toEqual({
    ...{ close: [portKey(everywhere)], open: [datagrams] },
  });
});

test('the first container that wants a port has it', () => {
  const [first, second] = [wanted(80, '::', 'first'), wanted(80, '::', 'second')];
  expect(reconcile([first, second], new Map()).open).toEqual([first]);
});

test('a port with a new target is reopened', () => {
  const before = wanted(80);
  const after = { ...before, target: { host: '172.17.0.3', port: 80 } };
  expect(reconcile([after], opened(before))).toEqual({ close: [portKey(before)], open: [after] });
});

test('a container that is renamed keeps its ports as they are', () => {
  const before = wanted(80);
  const after = { ...before, containerName: 'other' };
  expect(reconcile([after], opened(before))).toEqual({ close: [], open: [] });
});
