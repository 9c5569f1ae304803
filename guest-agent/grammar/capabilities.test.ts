import { expect, test } from 'vitest';
import { normalizeCapabilities } from './capabilities.ts';

test.each([
  [
    ['net_admin', 'CAP_NET_ADMIN', 'mknod'],
    ['CAP_MKNOD', 'CAP_NET_ADMIN'],
  ],
  [
    ['all', 'CHOWN'],
    ['ALL', 'CAP_CHOWN'],
  ],
  [[], []],
])('%j', (given, expected) => {
  expect(normalizeCapabilities(given)).toEqual(expected);
});
