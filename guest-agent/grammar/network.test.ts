import { expect, test } from 'vitest';
import { parseNetwork } from './network.ts';

test('reads a name or the long form', () => {
  expect(parseNetwork('front')).toEqual({ name: 'front', aliases: [] });
  const long = [
    ...['name=front', 'alias=a', 'alias=b', 'ip=10.0.0.9', 'ip6=fd00::9'],
    ...['mac-address=02:00:00:00:00:01', 'driver-opt=x=y=z', 'gw-priority=-3'],
  ];
  expect(parseNetwork(long.join(','))).toEqual({
    name: 'front',
    aliases: ['a', 'b'],
    ip: '10.0.0.9',
    ip6: 'fd00::9',
    macAddress: '02:00:00:00:00:01',
    driverOptions: { x: 'y=z' },
    gatewayPriority: -3,
  });
});

test.each(['alias=a', 'name=a,colour=red', 'name=a,gw-priority=high'])('refuses "%s"', (text) => {
  expect(() => parseNetwork(text)).toThrow(`invalid network "${text}"`);
});
