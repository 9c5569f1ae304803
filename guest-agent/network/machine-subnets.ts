import { networkInterfaces } from 'node:os';
import { parseSubnet, type Subnet } from './subnet.ts';

/**
 * The subnets that the machine itself is on. A network of containers there would cut the machine
 * off; a virtual switch of Windows takes one of Docker's default pools.
 */
export function machineSubnets(): Subnet[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, cidr }) => !internal && cidr !== null)
    .map(({ cidr }) => parseSubnet(cidr ?? ''))
    .filter((subnet) => subnet !== undefined);
}
