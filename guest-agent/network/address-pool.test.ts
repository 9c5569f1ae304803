import { expect, it } from 'vitest';
import { AddressPool } from './address-pool.ts';

it('hands out each address once, and again after its release', () => {
  const pool = new AddressPool('10.0.0.0/29', { reserved: ['10.0.0.1'] });
  const all = Array.from({ length: 5 }, () => pool.take());
  expect(all).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6']);
  expect(() => pool.take()).toThrow('no available IPv4 addresses');
  pool.release('10.0.0.4');
  expect(pool.take()).toBe('10.0.0.4');
});

it('skips addresses that containers already have', () => {
  const pool = new AddressPool('172.17.0.0/16', { reserved: ['172.17.0.1'] });
  pool.hold('172.17.0.2');
  pool.hold('172.17.0.3');
  expect(pool.take()).toBe('172.17.0.4');
});

it('does not reuse an address immediately', () => {
  const pool = new AddressPool('172.17.0.0/16', { reserved: ['172.17.0.1'] });
  pool.release(pool.take());
  expect(pool.take()).toBe('172.17.0.3');
});

it('chooses from the range, and gives out any address of the subnet on request', () => {
  const pool = new AddressPool('10.1.0.0/16', { range: '10.1.5.0/31', reserved: ['10.1.0.1'] });
  expect([pool.take(), pool.take()]).toEqual(['10.1.5.0', '10.1.5.1']);
  expect(() => pool.take()).toThrow('no available IPv4 addresses');
  expect(pool.takeThis('10.1.9.9')).toBe('10.1.9.9');
  expect(() => pool.takeThis('10.1.9.9')).toThrow('Address already in use');
  expect(() => pool.takeThis('10.1.0.1')).toThrow('Address already in use');
  expect(() => pool.takeThis('10.2.0.1')).toThrow('out of range');
});

it('supports IPv6', () => {
  const pool = new AddressPool('fd00:1::/64', { reserved: ['fd00:1::1'] });
  expect(pool.take()).toBe('fd00:1::2');
  expect(pool.takeThis('fd00:1::0:ff')).toBe('fd00:1::ff');
});
