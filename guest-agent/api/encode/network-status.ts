import { bigNumber } from './big-number.ts';

/** The API's largest number of addresses. */
const MOST = 2n ** 64n - 1n;

/** The addresses of one subnet. */
interface Usage {
  usage(): { readonly used: bigint; readonly free: bigint };
}

/** `Status` of a network, since API 1.52: the addresses of each subnet in use, and free ones. */
export function networkStatus(
  ipam: readonly { readonly subnet: string }[],
  pools: readonly Usage[],
) {
  const subnets = ipam.map(({ subnet }, place) => {
    const { used, free } = pools[place]?.usage() ?? { used: 0n, free: 0n };
    return [subnet, { IPsInUse: count(used), DynamicIPsAvailable: count(free) }];
  });
  return { IPAM: { Subnets: Object.fromEntries(subnets) } };
}

function count(addresses: bigint): unknown {
  return bigNumber(addresses > MOST ? MOST : addresses);
}
