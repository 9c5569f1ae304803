import { networkInterfaces } from 'node:os';
import { parseSubnet, type Subnet } from './subnet.ts';

/**
 * The VM's own subnets. A container network there would disconnect the VM. For example, a virtual
 * switch of Windows uses one of Docker's default pools.
 */
export function machineSubnets(): Subnet[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, cidr }) => !internal && cidr !== null)
    .map(({ cidr }) => parseSubnet(cidr ?? ''))
    .filter((subnet) => subnet !== undefined);
}
