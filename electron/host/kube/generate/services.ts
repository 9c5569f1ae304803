import type { Service, ServicePort } from 'kubernetes-types/core/v1.js';
import type { PortMapping } from '../../../../guest-agent/grammar/port.ts';
import type { Warn } from './generated.ts';
import { type PodPorts, protocolOf } from './pod/ports.ts';

export interface ServiceOptions {
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly selector: Record<string, string>;
  /** Without an address of its own: its name has the addresses of the pods. */
  readonly isHeadless: boolean;
  readonly warn: Warn;
}

/**
 * The Services for a container: one with its name and ports for other pods, and one for the ports
 * that it publishes if their numbers differ. Without ports, only the name matters.
 */
export function servicesOf({ ports, published }: PodPorts, options: ServiceOptions): Service[] {
  const { name, warn } = options;
  const reachable = published.filter((port) => !isLoopback(port));
  for (const { containerPort, hostPort } of published.filter(isLoopback)) {
    const numbers = `${hostPort || containerPort}:${containerPort}`;
    warn(
      `port ${containerPort} is published only on localhost; use \`kubectl port-forward service/${name} ${numbers}\``,
    );
  }
  const own = ports.map(({ number, protocol }) => ({ port: number, target: number, protocol }));
  const outer = unique(
    reachable.map(({ hostPort, containerPort, protocol }) => ({
      port: Number(hostPort) || containerPort,
      target: containerPort,
      protocol,
    })),
  );
  const isSame = outer.length > 0 && outer.every(({ port, target }) => port === target);
  if (isSame) return [serviceOf(options, own, { type: 'LoadBalancer' })];
  const isHeadless = options.isHeadless || own.length === 0;
  const inner = serviceOf(options, own, isHeadless ? { clusterIP: 'None' } : {});
  if (outer.length === 0) return [inner];
  const publishing = { ...options, name: `${name}-published` };
  return [inner, serviceOf(publishing, outer, { type: 'LoadBalancer' })];
}

interface Port {
  readonly port: number;
  readonly target: number;
  readonly protocol: PortMapping['protocol'];
}

/** A Service with another name for the same pods. */
export function aliasOf(service: Service, name: string): Service {
  const { type: _, ...spec } = service.spec ?? {};
  return { ...service, metadata: { ...service.metadata, name }, spec };
}

function serviceOf(
  { name, labels, selector }: ServiceOptions,
  ports: readonly Port[],
  kind: { readonly type?: string; readonly clusterIP?: string },
): Service {
  const listed = ports.map(
    ({ port, target, protocol }): ServicePort => ({
      name: `${protocol}-${port}`,
      port,
      ...(target === port ? {} : { targetPort: target }),
      ...protocolOf(protocol),
    }),
  );
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels },
    spec: { ...kind, selector, ...(listed.length > 0 ? { ports: listed } : {}) },
  };
}

function unique(ports: readonly Port[]): Port[] {
  return [...new Map(ports.map((port) => [`${port.port}/${port.protocol}`, port])).values()];
}

const isLoopback = ({ hostIp }: PortMapping) => /^(127\.|::1$|\[::1\]$|localhost$)/.test(hostIp);
