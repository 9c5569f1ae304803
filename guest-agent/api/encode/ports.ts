import { type ContainerRecord, hasProcess } from '../../engine/containers/record/container.ts';
import { parsePort } from '../../grammar/port.ts';

export interface ListedPort {
  IP?: string;
  PrivatePort: number;
  PublicPort?: number;
  Type: 'tcp' | 'udp' | 'sctp';
}

/** Exposed and published ports as `docker ps` shows them. Empty while the container doesn't run. */
export function listedPorts(record: ContainerRecord): ListedPort[] {
  if (!hasProcess(record)) return [];
  return Object.entries(portMap(record)).flatMap(([port, bindings]) => {
    const { number, protocol } = parsePort(port);
    return bindings === null
      ? [{ PrivatePort: number, Type: protocol }]
      : bindings.map(({ HostIp, HostPort }) => ({
          IP: HostIp,
          PrivatePort: number,
          PublicPort: Number(HostPort),
          Type: protocol,
        }));
  });
}

/**
 * The map of `NetworkSettings.Ports`. A port that is exposed but not published has the value null.
 */
export function portMap(
  record: ContainerRecord,
): Record<string, { HostIp: string; HostPort: string }[] | null> {
  const { publishedPorts } = record;
  const ports = new Set([
    ...Object.keys(record.config.ExposedPorts),
    ...publishedPorts.map(({ port }) => port),
  ]);
  return Object.fromEntries(
    [...ports].map((port) => {
      const bindings = publishedPorts
        .filter((published) => published.port === port)
        .map(({ hostIp, hostPort }) => ({ HostIp: hostIp, HostPort: String(hostPort) }));
      return [port, bindings.length > 0 ? bindings : null];
    }),
  );
}
