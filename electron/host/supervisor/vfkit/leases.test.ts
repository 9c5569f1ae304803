import { expect, test } from 'vitest';
import { leasedAddress } from './leases.ts';

const lease = (address: string, mac: string, name = 'berth-default') =>
  `{\n\tname=${name}\n\tip_address=${address}\n\thw_address=1,${mac}\n\tidentifier=1,${mac}\n\tlease=0x66e1d1c5\n}\n`;

test('a lease is found although macOS drops the leading zeros of a MAC address', () => {
  const leases = lease('192.168.64.2', '72:1d:1a:3d:2:d8') + lease('192.168.64.3', '2:0:a:b:c:d');
  expect(leasedAddress(leases, '72:1d:1a:3d:02:d8')).toBe('192.168.64.2');
  expect(leasedAddress(leases, '02:00:0A:0b:0c:0d')).toBe('192.168.64.3');
});

test('the newest of several leases is the first', () => {
  const mac = '2:0:a:b:c:d';
  const leases = lease('192.168.65.7', mac) + lease('192.168.64.7', mac);
  expect(leasedAddress(leases, '02:00:0a:0b:0c:0d')).toBe('192.168.65.7');
});

test('other cards, other hardware and damaged entries give no address', () => {
  const mac = '02:00:0a:0b:0c:0d';
  expect(leasedAddress('', mac)).toBeUndefined();
  expect(leasedAddress(lease('192.168.64.2', '2:0:a:b:c:e'), mac)).toBeUndefined();
  expect(leasedAddress(lease('fd00::2', '2:0:a:b:c:d'), mac)).toBeUndefined();
  expect(
    leasedAddress('{\n\tip_address=192.168.64.2\n\thw_address=ff,2:0\n}\n{', mac),
  ).toBeUndefined();
});
