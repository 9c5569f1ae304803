import type { PublishedPort } from '../../api/ports.ts';
import { reasonOf } from '../base/errors.ts';
import { codeOf } from '../base/system-error.ts';
import { portOwner } from './owner.ts';

/** Explains to users why a port couldn't be opened. */
export async function openingProblem(
  { address, port, protocol }: Pick<PublishedPort, 'address' | 'port' | 'protocol'>,
  error: unknown,
): Promise<string> {
  switch (errorCode(error)) {
    case 'EADDRINUSE': {
      const owner = await portOwner(protocol, port);
      if (owner?.pid === process.pid) return 'another container already uses it';
      return owner
        ? `${owner.name} (pid ${owner.pid}) already uses it`
        : 'another program already uses it';
    }
    case 'EACCES':
      return process.platform === 'win32'
        ? 'Windows reserves it: see `netsh interface ipv4 show excludedportrange`'
        : 'only an administrator can open it';
    case 'EADDRNOTAVAIL':
      return `the host doesn't have the address ${address}`;
    default:
      return reasonOf(error);
  }
}

/** The host has no IPv6: publishing on all addresses works without it. */
export function isWithoutIpv6(address: string, error: unknown): boolean {
  return address === '::' && ['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes(errorCode(error));
}

function errorCode(error: unknown): string {
  return codeOf(error) ?? '';
}
