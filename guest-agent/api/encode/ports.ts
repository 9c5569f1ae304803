import { type ContainerRecord, hasProcess } from '../../engine/containers/container.ts';

export interface ListedPort {
  IP?: string;
  PrivatePort: number;
  PublicPort?: number;
  Type: 'tcp' | 'udp' | 'sctp';
}

/** Exposed and published ports as `docker ps` shows them; none while nothing runs. */
export function listedPorts(record: ContainerRecord): ListedPort[] {
  if (!hasProcess(record)) return [];
  const exposed = new Set([
    ...Object.keys(record.config.ExposedPorts),
    ...Object.keys(record.hostConfig.PortBindings),
  ]);
  return [...exposed].flatMap((port) => {
    const { number, protocol } = parsePort(port);
    const published = record.hostConfig.PortBindings[port] ?? [];
    return published.length === 0
      ? [{ PrivatePort: number, Type: protocol }]
      : published.map(({ HostIp, HostPort }) => ({
          IP: HostIp || '0.0.0.0',
          PrivatePort: number,
          PublicPort: Number(HostPort),
          Type: protocol,
        }));
  });
}

/** The map of `NetworkSettings.Ports`: null for what is exposed and not published. */
export function portMap(
  record: ContainerRecord,
): Record<string, { HostIp: string; HostPort: string }[] | null> {
  const { ExposedPorts } = record.config;
  const { PortBindings } = record.hostConfig;
  return Object.fromEntries(
    [...new Set([...Object.keys(ExposedPorts), ...Object.keys(PortBindings)])].map((port) => {
      const bindings = PortBindings[port] ?? [];
      const shown = bindings.map(({ HostIp, HostPort }) => ({
        HostIp: HostIp || '0.0.0.0',
        HostPort,
      }));
      return [port, shown.length > 0 ? shown : null];
    }),
  );
}

function parsePort(port: string): { number: number; protocol: 'tcp' | 'udp' | 'sctp' } {
  const [number, protocol] = port.split('/');
  return {
    number: Number(number),
    protocol: protocol === 'udp' || protocol === 'sctp' ? protocol : 'tcp',
  };
}
