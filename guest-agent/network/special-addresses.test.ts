import { expect, it } from 'vitest';
import { isOwnLoopback, whySpecial } from './special-addresses.ts';

it('tells what an address can’t be used for', () => {
  expect(['127.0.0.1', '::1', '::ffff:127.0.0.1'].map(whySpecial)).toEqual(
    Array(3).fill('may not be in the loopback range (127.0.0.0/8, ::1/128)'),
  );
  expect(whySpecial('0.0.0.0')).toBe('may not be unspecified (0.0.0.0 or ::)');
  expect(whySpecial('fe80::1%eth0')).toContain('link-local range');
  expect(whySpecial('169.254.169.254')).toContain('link-local range');
  expect(whySpecial('224.0.0.1')).toContain('link-local multicast range');
  expect(whySpecial('239.1.2.3')).toContain('multicast range');
  expect(['10.0.0.1', '192.168.65.2', '8.8.8.8', 'fd00::1'].map(whySpecial)).toEqual(
    Array(4).fill(undefined),
  );
});

it('knows which addresses lead back to this machine', () => {
  expect(['127.3.0.1', '::1', '0.0.0.0', '::', '::ffff:127.0.0.1'].every(isOwnLoopback)).toBe(true);
  expect(['169.254.0.1', '10.0.0.1'].some(isOwnLoopback)).toBe(false);
});
