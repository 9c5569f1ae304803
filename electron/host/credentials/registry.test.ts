import { expect, test } from 'vitest';
import { hubAddress, registryAddress, registryAddressOf } from './registry.ts';

test.each([
  [undefined, hubAddress],
  ['docker.io', hubAddress],
  [hubAddress, hubAddress],
  ['r.io:5000', 'r.io:5000'],
  ['https://r.io/v2/', 'r.io'],
])('the registry %s is kept as %s', (server, address) => {
  expect(registryAddress(server)).toBe(address);
});

test.each([
  ['busybox', hubAddress],
  ['me/app:1', hubAddress],
  ['docker.io/library/busybox', hubAddress],
  ['r.io/app@sha256:00', 'r.io'],
  ['localhost:5000/app', 'localhost:5000'],
])('%s comes from %s', (reference, address) => {
  expect(registryAddressOf(reference)).toBe(address);
});
