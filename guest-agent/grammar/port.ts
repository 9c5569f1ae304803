import type { PortBindings } from './engine-types.ts';
import { GrammarError } from './grammar-error.ts';

/** One published port. */
export interface PortMapping {
  /** Empty for all addresses. */
  readonly hostIp: string;
  /** "8080", "8000-8010" for the first free port of a range, or empty for any free port. */
  readonly hostPort: string;
  readonly containerPort: number;
  readonly protocol: Protocol;
}
export type Protocol = 'tcp' | 'udp' | 'sctp';

const PROTOCOLS: readonly string[] = ['tcp', 'udp', 'sctp'] satisfies Protocol[];
export const isProtocol = (text: string): text is Protocol => PROTOCOLS.includes(text);

const LAST = 65_535;
export const isPort = (number: number) => Number.isInteger(number) && number >= 1 && number <= LAST;

/** The first and the last port of `8080` or `8000-8010`. Undefined for any other text. */
export function parseRange(
  text: string,
  least = 1,
): readonly [first: number, last: number] | undefined {
  const [, first = '', last = first] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const range = [Number(first), Number(last)] as const;
  const isRange = first !== '' && range[0] >= least && range[1] <= LAST && range[0] <= range[1];
  return isRange ? range : undefined;
}

/** Splits "80/tcp". The default protocol is tcp. */
export function parsePort(port: string): { number: number; protocol: Protocol } {
  const [number, protocol = ''] = port.split('/');
  return { number: Number(number), protocol: isProtocol(protocol) ? protocol : 'tcp' };
}

const SYNTAX = 'expected [[IP:][HOST]:]CONTAINER[/PROTOCOL]';
const SPEC = /^(?:(?:(\[[^\]]+\]|[^[\]]*):)?([^:[\]]*):)?([^:/]+)(?:\/([^:/]*))?$/;
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;
const IPV6 = /^(?=.*::)[\da-f:.]+$|^[\da-f]{1,4}(:[\da-f]{1,4}){7}$/i;
const isAddress = (text: string) => text === '' || IPV4.test(text) || IPV6.test(text);

/**
 * Reads `-p [[IP:][HOST]:]CONTAINER[/PROTOCOL]`. Ports may be ranges of the same length. From a
 * range for a single container port, the engine chooses a port. Uses Docker's error texts.
 */
export function parsePublish(text: string): PortMapping[] {
  const [, address = '', host = '', container, protocolText = 'tcp'] = SPEC.exec(text) ?? [];
  if (container === undefined) throw invalid(text);
  const hostIp = address.replace(/^\[|\]$/g, '');
  const protocol = protocolText.toLowerCase();
  if (!isAddress(hostIp)) throw invalid(text, `Invalid IP address: ${hostIp}`);
  if (!isProtocol(protocol)) throw invalid(text, `Invalid proto: ${protocolText}`);
  const ports = numbers(container);
  if (!ports) throw invalid(text, `Invalid containerPort: ${container}`);
  const named = host !== '' && host !== '0';
  const hostPorts = named ? numbers(host) : [];
  if (!hostPorts) throw invalid(text, `Invalid hostPort: ${host}`);
  if (named && ports.length > 1 && hostPorts.length !== ports.length) {
    const both = `${container} and ${host}`;
    throw invalid(text, `Invalid ranges specified for container and host Ports: ${both}`);
  }
  const hostPort = (index: number) =>
    named && ports.length === 1 ? host : `${hostPorts[index] ?? ''}`;
  return ports.map((containerPort, index) => ({
    ...{ hostIp, hostPort: hostPort(index), containerPort, protocol },
  }));
}

/**
 * Expands `CONTAINER[-CONTAINER][/PROTOCOL]` of `--expose` to `80/tcp` each. Port 0 is valid.
 */
export function parseExposed(text: string): string[] {
  const [, range = '', protocol = 'tcp'] = /^([\d-]+)(?:\/([a-z]+))?$/i.exec(text) ?? [];
  const ports = numbers(range, 0);
  if (!ports || !isProtocol(protocol.toLowerCase())) throw invalid(text);
  return ports.map((port) => `${port}/${protocol.toLowerCase()}`);
}

function numbers(text: string, least = 1): number[] | undefined {
  const [first, last] = parseRange(text, least) ?? [];
  if (first === undefined || last === undefined) return undefined;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

const invalid = (text: string, reason?: string) =>
  new GrammarError(`invalid port "${text}": ${reason ?? SYNTAX}`, {
    ...(reason !== undefined && { reason }),
  });

/** The shortest form for `-p`: `127.0.0.1:8080:80/udp`. */
export function formatPublish({ hostIp, hostPort, containerPort, protocol }: PortMapping): string {
  const address = hostIp.includes(':') ? `[${hostIp}]:` : hostIp && `${hostIp}:`;
  const host = address !== '' || hostPort !== '' ? `${address}${hostPort}:` : '';
  return `${host}${containerPort}${protocol === 'tcp' ? '' : `/${protocol}`}`;
}

/** "80/tcp" */
export const portName = ({ containerPort, protocol }: PortMapping): string =>
  `${containerPort}/${protocol}`;

/** The engine's `PortBindings`. */
export function portBindings(ports: readonly PortMapping[]): PortBindings {
  const bindings: PortBindings = {};
  for (const port of ports) {
    const binding = { HostIp: port.hostIp, HostPort: port.hostPort };
    const others = bindings[portName(port)];
    if (others) others.push(binding);
    else bindings[portName(port)] = [binding];
  }
  return bindings;
}

/** The published ports of `PortBindings`. */
export function publishedPorts(bindings: PortBindings): PortMapping[] {
  return Object.entries(bindings).flatMap(([port, hosts]) => {
    const { number, protocol } = parsePort(port);
    return (hosts ?? []).map(({ HostIp = '', HostPort = '' }) => ({
      ...{ hostIp: HostIp, hostPort: HostPort, containerPort: number, protocol },
    }));
  });
}
