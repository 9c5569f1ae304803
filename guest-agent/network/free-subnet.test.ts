import { expect, it } from 'vitest';
import { freeSubnet, freeUniqueLocalSubnet } from './free-subnet.ts';
import { overlap, parseSubnet, type Subnet } from './subnet.ts';

const subnets = (...texts: string[]) => texts.map((text) => parseSubnet(text) as Subnet);

it('uses the first of Docker’s pools without a conflict', () => {
  expect(freeSubnet([])).toBe('172.17.0.0/16');
  expect(freeSubnet(subnets('172.17.0.0/16', '172.18.3.0/24'))).toBe('172.19.0.0/16');
  expect(freeSubnet(subnets('172.16.0.0/12'))).toBe('192.168.0.0/20');
  expect(freeSubnet(subnets('172.16.0.0/12', '192.168.1.0/24'))).toBe('192.168.16.0/20');
  expect(() => freeSubnet(subnets('172.16.0.0/12', '192.168.0.0/16'))).toThrow('fully subnetted');
});

it('creates a unique local IPv6 subnet', () => {
  const [one, other] = subnets(freeUniqueLocalSubnet([]), freeUniqueLocalSubnet([]));
  expect(one?.prefixLength).toBe(64);
  expect((one?.base ?? 0n) >> 120n).toBe(0xfdn);
  expect(one && other && overlap(one, other)).toBe(false);
});

it.each(['10.0.0.0', '10.0.0/8', '10.0.0.0/33', 'fd00::/129', 'x/8', '0x0a.0.0.0/8'])(
  'does not accept %s as a subnet',
  (text) => {
    expect(parseSubnet(text)).toBeUndefined();
  },
);
