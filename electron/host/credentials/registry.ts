import { canonicalReference } from '../../../guest-agent/grammar/reference.ts';

/** Docker Hub's name in files and requests that have to do with credentials, for old times' sake. */
export const hubAddress = 'https://index.docker.io/v1/';

/**
 * The name under which credentials of a registry are kept, from what a user writes: nothing for
 * Docker Hub, a host with or without a port, or an address of it.
 */
export function registryAddress(server = ''): string {
  const host = hostOf(server);
  return ['', 'docker.io', 'index.docker.io', 'registry-1.docker.io'].includes(host)
    ? hubAddress
    : host;
}

/** The same, of the registry that an image comes from. */
export function registryAddressOf(reference: string): string {
  return registryAddress(canonicalReference(reference).split('/')[0]);
}

/** The names that other programs may have kept the credentials under, the usual one first. */
export function addressVariants(address: string): string[] {
  const host = hostOf(address);
  return [...new Set([address, host, `https://${host}`, `http://${host}`])];
}

function hostOf(address: string): string {
  return address.replace(/^https?:\/\//, '').replace(/\/.*$/s, '');
}
