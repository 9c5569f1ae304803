/** Names of the computer that the machine runs on, in the guest and in containers. */
export const hostNames: readonly string[] = [
  'host.docker.internal',
  'host.containers.internal',
  'gateway.docker.internal',
];
