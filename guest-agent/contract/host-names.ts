/** Names of the host, in the guest and in containers. */
export const hostNames: readonly string[] = [
  'host.docker.internal',
  'host.containers.internal',
  'gateway.docker.internal',
];

/**
 * The domains of container addresses on the host. Browsers resolve `.localhost` without DNS (RFC
 * 6761, section 6.3). Berth publishes `.local` (RFC 6762).
 */
export const containerDomains = { localhost: 'berth.localhost', local: 'berth.local' } as const;

/** Whether a name is a container address. The name must be in lower case. */
export function isContainerName(name: string): boolean {
  return Object.values(containerDomains).some((domain) => name.endsWith(`.${domain}`));
}
