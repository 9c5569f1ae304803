import { canonicalReference } from '../../../guest-agent/grammar/reference.ts';

/** Docker Hub's historical name in credential files and requests. */
export const hubAddress = 'https://index.docker.io/v1/';

/**
 * The key of a registry's credentials. The user may write nothing (Docker Hub), a host with or
 * without a port, or a URL.
 */
export function registryAddress(server = ''): string {
  const host = hostOf(server);
  return ['', 'docker.io', 'index.docker.io', 'registry-1.docker.io'].includes(host)
    ? hubAddress
    : host;
}

/** The key of the registry of an image. */
export function registryAddressOf(reference: string): string {
  return registryAddress(canonicalReference(reference).split('/')[0]);
}

/** All keys that other programs may have used, the usual one first. */
export function addressVariants(address: string): string[] {
  const host = hostOf(address);
  return [...new Set([address, host, `https://${host}`, `http://${host}`])];
}

function hostOf(address: string): string {
  return address.replace(/^https?:\/\//, '').replace(/\/.*$/s, '');
}
