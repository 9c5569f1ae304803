import type { PublishedPort } from '../../../api/ports.ts';
import type { ContainerSummary } from '../../engine/container-schemas.ts';

/** A port that a running container wants open on this computer, and where it leads. */
export interface WantedPort extends Omit<PublishedPort, 'problem'> {
  /** As seen from inside the guest. */
  readonly target: { readonly host: string; readonly port: number };
  /** Packets from outside of the guest get there: networks that are internal let none in. */
  readonly reachable: boolean;
}

const protocols = ['tcp', 'udp', 'sctp'] as const;

/**
 * What running containers publish. A port leads to the container's own address rather than to the
 * guest's published port: an address of this computer that was asked for is none of the guest's.
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
        // One that is on an internal network alone publishes nothing.
        reachable: networks.length === 1,
      };
    });
  });
}
