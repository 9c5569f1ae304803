import type { ContainerPort } from 'kubernetes-types/core/v1.js';
import type { ContainerCreateRequest } from '../../../../../guest-agent/grammar/engine-types.ts';
import {
  type PortMapping,
  type Protocol,
  parsePort,
  publishedPorts,
} from '../../../../../guest-agent/grammar/port.ts';

export interface PodPorts {
  /** All ports that the container is said to listen on, each once. */
  readonly ports: readonly { readonly number: number; readonly protocol: Protocol }[];
  readonly published: readonly PortMapping[];
}

export function portsOf({ ExposedPorts, HostConfig }: ContainerCreateRequest): PodPorts {
  const published = publishedPorts(HostConfig?.PortBindings ?? {});
  const all = [
    ...Object.keys(ExposedPorts ?? {}).map(parsePort),
    ...published.map(({ containerPort, protocol }) => ({ number: containerPort, protocol })),
  ];
  const unique = new Map(all.map((port) => [`${port.number}/${port.protocol}`, port]));
  return { ports: [...unique.values()].sort((a, b) => a.number - b.number), published };
}

/** The protocol as Kubernetes writes it. TCP is the default. */
export function protocolOf(protocol: Protocol): { protocol?: string } {
  return protocol === 'tcp' ? {} : { protocol: protocol.toUpperCase() };
}

export const containerPorts = ({ ports }: PodPorts): ContainerPort[] =>
  ports.map(({ number, protocol }) => ({ containerPort: number, ...protocolOf(protocol) }));
