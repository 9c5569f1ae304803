import { expect, test } from 'vitest';
import { hasNoSockets } from './held-namespace.ts';

const sockstat = (tcp: string) =>
  [
    'sockets: used 3',
    `TCP: ${tcp} orphan 2 alloc 5 mem 1`,
    'UDP: inuse 0 mem 0',
    'UDPLITE: inuse 0',
    'RAW: inuse 0',
    'FRAG: inuse 0 memory 0',
    '',
  ].join('\n');
const sockstat6 = (raw: number) =>
  `TCP6: inuse 0\nUDP6: inuse 0\nUDPLITE6: inuse 0\nRAW6: inuse ${raw}\nFRAG6: inuse 0 memory 0\n`;

test('a namespace without sockets is unused, also on a kernel without IPv6', () => {
  expect(hasNoSockets(sockstat('inuse 0 tw 0') + sockstat6(0))).toBe(true);
  expect(hasNoSockets(sockstat('inuse 0 tw 0'))).toBe(true);
});

test('open sockets, and those that wait after their connection, use a namespace', () => {
  expect(hasNoSockets(sockstat('inuse 1 tw 0') + sockstat6(0))).toBe(false);
  expect(hasNoSockets(sockstat('inuse 0 tw 1') + sockstat6(0))).toBe(false);
  expect(hasNoSockets(sockstat('inuse 0 tw 0') + sockstat6(1))).toBe(false);
});

test('a namespace that can’t be read counts as used', () => {
  expect(hasNoSockets('')).toBe(false);
  expect(hasNoSockets('TCP: something else\n')).toBe(false);
});
