import { HostError } from '../../host/base/errors.ts';

/** One published port. */
export interface PublishFlag {
  /** Empty: every address. */
  readonly hostIp: string;
  /** "8080", "8000-8010" for the first free one of these, empty for any free one. */
  readonly hostPort: string;
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
}

/**
 * Parses `[[IP:][HOST]:]CONTAINER[/PROTOCOL]`. Ports may be ranges of the same length; a range for
 * one port of the container leaves the choice to the engine.
 */
export function parsePublish(text: string): PublishFlag[] {
  const match = /^(?:(?:(\[[^\]]+\]|[^:]*):)?([^:]*):)?([^:/]+)(?:\/([a-z]+))?$/.exec(text);
  if (!match) throw invalid(text, 'expected [[IP:][HOST]:]CONTAINER[/PROTOCOL]');
  const protocol = match[4] ?? 'tcp';
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp') {
    throw invalid(text, `protocol "${protocol}" is not one of tcp, udp, sctp`);
  }
  const hostIp = match[1]?.replace(/^\[|\]$/g, '') ?? '';
  const container = portRange(match[3] ?? '', text);
  const host = match[2] && match[2] !== '0' ? portRange(match[2], text) : undefined;
  if (host && host.length !== container.length && container.length > 1) {
    throw invalid(text, 'the two ranges differ in length');
  }
  const hostPort = (index: number) =>
    host && container.length === 1 ? (match[2] ?? '') : `${host?.[index] ?? ''}`;
  return container.map((containerPort, index) => ({
    hostIp,
    hostPort: hostPort(index),
    containerPort,
    protocol,
  }));
}

function portRange(range: string, text: string): number[] {
  const [first, last = first, ...more] = range.split('-').map((port) => portNumber(port, text));
  if (first === undefined || last === undefined || last < first || more.length > 0) {
    throw invalid(text, `"${range}" is no range of ports`);
  }
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function portNumber(port: string, text: string): number {
  const number = Number(port);
  if (!/^\d+$/.test(port) || number < 1 || number > 65_535) {
    throw invalid(text, `"${port}" is no port number`);
  }
  return number;
}

function invalid(text: string, reason: string): HostError {
  return new HostError('invalid', `invalid port "${text}": ${reason}`);
}
