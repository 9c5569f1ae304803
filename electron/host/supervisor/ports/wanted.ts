import type { PublishedPort } from '../../../api/ports.ts';
import type { ContainerSummary } from '../../engine/container-schemas.ts';

/** A host port that a running container wants, and its target. */
export interface WantedPort extends Omit<PublishedPort, 'problem'> {
  /** As seen from inside the VM. */
  readonly target: { readonly host: string; readonly port: number };
  /** Packets from outside of the VM can reach it: internal networks let none in. */
  readonly reachable: boolean;
}

const protocols = ['tcp', 'udp', 'sctp'] as const;

/**
 * The published ports of running containers. A port leads to the container's own address rather
 * than to the VM's published port, because a requested host address doesn't exist in the VM.
 */
export function wantedPorts(containers: readonly ContainerSummary[]): WantedPort[] {
  return containers.flatMap(({ Id, Names, Ports, NetworkSettings }) => {
    const networks = Object.values(NetworkSettings.Networks);
    const host = networks.find(({ IPAddress }) => IPAddress)?.IPAddress;
    if (!host) return [];
    return Ports.flatMap(({ IP, PrivatePort, PublicPort, Type }) => {
      const protocol = protocols.find((name) => name === Type);
      if (!PublicPort || !protocol) return [];
      return {
        address: IP || '0.0.0.0',
        port: PublicPort,
        protocol,
        containerId: Id,
        containerName: Names[0]?.replace(/^\//, '') ?? Id.slice(0, 12),
        target: { host, port: PrivatePort },
        // A container that is only on internal networks publishes nothing.
        reachable: networks.length === 1,
      };
    });
  });
}
