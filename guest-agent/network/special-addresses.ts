import { BlockList, isIPv6 } from 'node:net';

function range(...subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = '', prefix] = subnet.split('/');
    list.addSubnet(address, Number(prefix), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return list;
}

const unspecified = range('0.0.0.0/32', '::/128');
const loopback = range('127.0.0.0/8', '::1/128');

/** In Kubernetes' words. Kubernetes itself allows the last one. */
const special: readonly (readonly [BlockList, string])[] = [
  [unspecified, 'may not be unspecified (0.0.0.0 or ::)'],
  [loopback, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'],
  [
    range('169.254.0.0/16', 'fe80::/10'),
    'may not be in the link-local range (169.254.0.0/16, fe80::/10)',
  ],
  [
    range('224.0.0.0/24', 'ff02::/10'),
    'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
  ],
  [range('224.0.0.0/4', 'ff00::/8'), 'may not be in the multicast range (224.0.0.0/4, ff00::/8)'],
];

function contains(list: BlockList, address: string): boolean {
  // Without the zone of `fe80::1%eth0`, which BlockList doesn't know.
  const [bare = ''] = address.split('%');
  return list.check(bare, isIPv6(bare) ? 'ipv6' : 'ipv4');
}

/**
 * Why an IP address can't be that of another machine. Undefined if it can. An IPv4 address in the
 * notation of IPv6 counts as what it is.
 */
export function whySpecial(address: string): string | undefined {
  return special.find(([list]) => contains(list, address))?.[1];
}

/** Whether connections to an IP address stay on this machine. */
export function isOwnLoopback(address: string): boolean {
  return contains(loopback, address) || contains(unspecified, address);
}
