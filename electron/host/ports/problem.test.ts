import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { onWindows } from '../../../guest-agent/testing/on-windows.ts';
import { portOwner } from './owner.ts';
import { isWithoutIpv6, openingProblem } from './problem.ts';

const failure = (code: string) => Object.assign(new Error(`listen ${code}`), { code });

test.skipIf(onWindows('wine has no PowerShell'))(
  'the process that has a port is found',
  async () => {
    const server = createServer();
    onTestFinished(() => void server.close());
    await once(server.listen(0, '::1'), 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await portOwner('tcp', port)).toMatchObject({ pid: process.pid });
    expect(
      await openingProblem({ address: '::1', port, protocol: 'tcp' }, failure('EADDRINUSE')),
    ).toBe('another container already uses it');
    expect(await portOwner('tcp', 1)).toBeUndefined();
  },
);

test.skipIf(onWindows('wine has no PowerShell'))('of UDP ports too', async () => {
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  expect(await portOwner('udp', socket.address().port)).toMatchObject({ pid: process.pid });
});

test('an address that the host does not have is reported', async () => {
  const where = { address: '192.0.2.1', port: 80, protocol: 'tcp' } as const;
  expect(await openingProblem(where, failure('EADDRNOTAVAIL'))).toContain('192.0.2.1');
});

test('only "all addresses" may do without IPv6', () => {
  expect(isWithoutIpv6('::', failure('EAFNOSUPPORT'))).toBe(true);
  expect(isWithoutIpv6('::1', failure('EADDRNOTAVAIL'))).toBe(false);
  expect(isWithoutIpv6('::', failure('EADDRINUSE'))).toBe(false);
});
