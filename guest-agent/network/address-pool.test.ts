import { expect, it } from 'vitest';
import { AddressPool } from './address-pool.ts';

it('hands out each address once, and again after it was given back', () => {
  const pool = new AddressPool('10.0.0.0/29');
  const all = Array.from({ length: 5 }, () => pool.take());
  expect(all).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6']);
  expect(() => pool.take()).toThrow('no address is free in 10.0.0.0/29');
  pool.release('10.0.0.4');
  expect(pool.take()).toBe('10.0.0.4');
});

it('passes over addresses that containers held before', () => {
  const pool = new AddressPool('172.17.0.0/16');
  pool.hold('172.17.0.2');
  pool.hold('172.17.0.3');
  expect(pool.take()).toBe('172.17.0.4');
});

it('does not reuse an address at once', () => {
  const pool = new AddressPool('172.17.0.0/16');
  pool.release(pool.take());
  expect(pool.take()).toBe('172.17.0.3');
});
