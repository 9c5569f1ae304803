import { expect, it } from 'vitest';
import { networkRate } from './rate-limit.ts';

it('limits only a container whose label asks for it', () => {
  expect(networkRate({ other: '10mbit' })).toBeUndefined();
  expect(networkRate({ 'berth.network.rate': '1mbit' })?.egress).toBe(1e6);
});

it('is the client’s mistake when the label says nothing that is a rate', () => {
  expect(() => networkRate({ 'berth.network.rate': 'fast' })).toThrow(
    expect.objectContaining({ code: 'invalid' }),
  );
});
