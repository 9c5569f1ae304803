import { expect, test } from 'vitest';
import { AddressPool } from '../../network/address-pool.ts';
import { networkStatus } from './network-status.ts';

/** The status of a network with these subnets, as JSON. */
function status(subnets: readonly { subnet: string; range?: string; taken: readonly string[] }[]) {
  const pools = subnets.map(
    ({ subnet, range, taken }) =>
      new AddressPool(subnet, { ...(range ? { range } : {}), reserved: taken }),
  );
  return JSON.stringify(networkStatus(subnets, pools));
}

test('counts the addresses of each subnet as Docker does', () => {
  expect(
    status([
      { subnet: '192.168.9.0/24', taken: ['192.168.9.1', '192.168.9.2'] },
      { subnet: '10.0.0.0/24', range: '10.0.0.8/31', taken: ['10.0.0.1', '10.0.0.8'] },
      { subnet: 'fd00::/56', taken: ['fd00::1'] },
    ]),
  ).toBe(
    '{"IPAM":{"Subnets":{' +
      '"192.168.9.0/24":{"IPsInUse":4,"DynamicIPsAvailable":252},' +
      '"10.0.0.0/24":{"IPsInUse":4,"DynamicIPsAvailable":1},' +
      '"fd00::/56":{"IPsInUse":2,"DynamicIPsAvailable":18446744073709551615}}}}',
  );
});
