import { expect, test } from 'vitest';
import { portKey, reconcile } from './reconcile.ts';
import type { WantedPort } from './wanted.ts';

const wanted = (port: number, address = '0.0.0.0', containerId = 'a'): WantedPort => ({
  ...{ address, port, protocol: 'tcp', containerId, containerName: containerId },
  target: { host: '172.17.0.2', port: 80 },
});
const opened = (...ports: WantedPort[]) => new Set(ports.map(portKey));

test('opens what is missing, closes what is left over, keeps the rest', () => {
  const [one, two, three] = [wanted(1), wanted(2), wanted(3)];
  expect(reconcile([two, three], opened(one, two))).toEqual({
    ...{ close: [portKey(one)], open: [three], keep: [two] },
  });
});

test('the same port on another address is another port', () => {
  const loopback = wanted(80, '127.0.0.1');
  const everywhere = wanted(80);
  expect(reconcile([loopback], opened(everywhere))).toEqual({
    ...{ close: [portKey(everywhere)], open: [loopback], keep: [] },
  });
});

test('the first container that wants a port has it; another may take it over', () => {
  const [first, second] = [wanted(80, '::', 'first'), wanted(80, '::', 'second')];
  expect(reconcile([first, second], new Set()).open).toEqual([first]);
  expect(reconcile([second], opened(first))).toEqual({ close: [], open: [], keep: [second] });
});
