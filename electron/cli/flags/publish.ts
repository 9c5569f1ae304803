import { HostError } from '../../host/errors.ts';

/** One published port. `hostPort` undefined: any free one. */
export interface PublishFlag {
  readonly hostIp: string | undefined;
  readonly hostPort: number | undefined;
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
}

/** Parses `[[IP:][HOST]:]CONTAINER[/PROTOCOL]`; ports may be ranges of the same length. */
export function parsePublish(text: string): PublishFlag[] {
  const match = /^(?:(?:(\[[^\]]+\]|[^:]*):)?([^:]*):)?([^:/]+)(?:\/([a-z]+))?$/.exec(text);
  if (!match) throw invalid(text, 'expected [[IP:][HOST]:]CONTAINER[/PROTOCOL]');
  const protocol = match[4] ?? 'tcp';
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp') {
    throw invalid(text, `protocol "${protocol}" is not one of tcp, udp, sctp`);
  }
  const container = portRange(match[3] ?? '', text);
  const host = match[2] ? portRange(match[2], text) : undefined;
  if (host && host.length !== container.length) {
    throw invalid(text, 'the two ranges differ in length');
  }
  return container.map((containerPort, index) => ({
    hostIp: match[1]?.replace(/^\[|\]$/g, '') || undefined,
    hostPort: host?.[index],
    containerPort,
    protocol,
  }));
}

function portRange(range: string, text: string): number[] {
  const [first, last = first] = range.split('-').map((port) => portNumber(port, text));
  if (first === undefined || last === undefined || last < first) {
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
