import { expect, it } from 'vitest';
import { networkRate, parseNetworkRate } from './rate-limit.ts';

it.each([
  ['10mbit', { egress: 10e6, ingress: 10e6 }],
  ['1.5gbit', { egress: 1.5e9, ingress: 1.5e9 }],
  ['egress=5mbit', { egress: 5e6, ingress: undefined }],
  ['egress=512kbit,ingress=20mbit', { egress: 512e3, ingress: 20e6 }],
])('reads %s', (text, limit) => {
  expect(parseNetworkRate(text)).toEqual(limit);
});

it.each([
  ...['', '10', '10mb', '-1mbit', '1mbit,', '1kbit', '200gbit', 'egress=', 'up=1mbit'],
  ...['egress=1mbit,egress=2mbit', 'egress=1mbit;reboot', ' 10mbit', '1e3mbit'],
])('refuses "%s"', (text) => {
  expect(() => parseNetworkRate(text)).toThrow(`invalid berth.network.rate "${text}"`);
});

it('limits only a container whose label asks for it', () => {
  expect(networkRate({ other: '10mbit' })).toBeUndefined();
  expect(networkRate({ 'berth.network.rate': '1mbit' })?.egress).toBe(1e6);
});
