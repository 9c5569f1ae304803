/** Names of the computer that the machine runs on, in the guest and in containers. */
export const hostNames: readonly string[] = [
  'host.docker.internal',
  'host.containers.internal',
  'gateway.docker.internal',
];

/**
 * What containers are called below on that computer. A browser finds `.localhost` by itself
 * (RFC 6761, section 6.3), `.local` has to be published (RFC 6762).
 */
export const containerDomains = { localhost: 'berth.localhost', local: 'berth.local' } as const;

/** A name that leads to the computer, which carries on to a container. In lower case. */
export function isContainerName(name: string): boolean {
  return Object.values(containerDomains).some((domain) => name.endsWith(`.${domain}`));
}
