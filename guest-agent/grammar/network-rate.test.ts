import { expect, it } from 'vitest';
import { formatNetworkRate, parseNetworkRate } from './network-rate.ts';

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

it('writes what it reads', () => {
  const limit = { egress: 5e6, ingress: 0.5e6 };
  expect(formatNetworkRate(limit)).toBe('egress=5mbit,ingress=0.5mbit');
  expect(parseNetworkRate(formatNetworkRate(limit) ?? '')).toEqual(limit);
  expect(formatNetworkRate({})).toBeUndefined();
});
