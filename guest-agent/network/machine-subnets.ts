import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { overlap, parseSubnet, type Subnet } from './subnet.ts';

/**
 * The VM's own subnets. A container network there would disconnect the VM. For example, a virtual
 * switch of Windows uses one of Docker's default pools.
 */
export function machineSubnets(): Subnet[] {
  return subnets(({ internal }) => !internal);
}

/**
 * Subnets on the loopback interface besides the system's own: the Services of Kubernetes have one
 * (guest-subnet.ts). Containers there couldn't be reached.
 */
export function loopbackSubnets(): Subnet[] {
  const system = ['127.0.0.0/8', '::1/128'].map(parseSubnet);
  return subnets(({ internal }) => internal).filter(
    (subnet) => !system.some((other) => other && overlap(subnet, other)),
  );
}

function subnets(isWanted: (address: NetworkInterfaceInfo) => boolean): Subnet[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(isWanted)
    .map(({ cidr }) => parseSubnet(cidr ?? ''))
    .filter((subnet) => subnet !== undefined);
}
