import { expect, it } from 'vitest';
import { networkRate } from './rate-limit.ts';

it('limits only a container with the label', () => {
  expect(networkRate({ other: '10mbit' })).toBeUndefined();
  expect(networkRate({ 'berth.network.rate': '1mbit' })?.egress).toBe(1e6);
});

it('rejects a label that isn’t a valid rate', () => {
  expect(() => networkRate({ 'berth.network.rate': 'fast' })).toThrow(
    expect.objectContaining({ code: 'invalid' }),
  );
});
