import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { portOwner } from './owner.ts';
import { isWithoutIpv6, openingProblem } from './problem.ts';

const failure = (code: string) => Object.assign(new Error(`listen ${code}`), { code });

test('the process that has a port is found', async () => {
  const server = createServer();
  onTestFinished(() => void server.close());
  await once(server.listen(0, '::1'), 'listening');
  const { port } = server.address() as AddressInfo;
  expect(await portOwner(port)).toMatchObject({ pid: process.pid });
  expect(await openingProblem({ address: '::1', port }, failure('EADDRINUSE'))).toBe(
    'another container has it',
  );
  expect(await portOwner(1)).toBeUndefined();
});

test('an address that this computer does not have is told', async () => {
  const where = { address: '192.0.2.1', port: 80 };
  expect(await openingProblem(where, failure('EADDRNOTAVAIL'))).toContain('192.0.2.1');
});

test('only "all addresses" may do without IPv6', () => {
  expect(isWithoutIpv6('::', failure('EAFNOSUPPORT'))).toBe(true);
  expect(isWithoutIpv6('::1', failure('EADDRNOTAVAIL'))).toBe(false);
  expect(isWithoutIpv6('::', failure('EADDRINUSE'))).toBe(false);
});
