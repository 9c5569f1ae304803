import type { PublishedPort } from '../../api/ports.ts';
import { reasonOf } from '../base/errors.ts';
import { codeOf } from '../base/system-error.ts';
import { portOwner } from './owner.ts';

/** Says for people why a port could not be opened. */
export async function openingProblem(
  { address, port, protocol }: Pick<PublishedPort, 'address' | 'port' | 'protocol'>,
  error: unknown,
): Promise<string> {
  switch (errorCode(error)) {
    case 'EADDRINUSE': {
      const owner = await portOwner(protocol, port);
      if (owner?.pid === process.pid) return 'another container has it';
      return owner ? `${owner.name} (process ${owner.pid}) has it` : 'another program has it';
    }
    case 'EACCES':
      return process.platform === 'win32'
        ? 'Windows has set it aside: see `netsh interface ipv4 show excludedportrange`'
        : 'only an administrator may open it';
    case 'EADDRNOTAVAIL':
      return `this computer does not have the address ${address}`;
    default:
      return reasonOf(error);
  }
}

/** The computer has no IPv6 at all: what is published on all addresses is so without it. */
export function isWithoutIpv6(address: string, error: unknown): boolean {
  return address === '::' && ['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes(errorCode(error));
}

function errorCode(error: unknown): string {
  return codeOf(error) ?? '';
}
