import { EngineError } from '../../../errors.ts';
import { isPort, parsePort, parseRange } from '../../../grammar/port.ts';
import type { HostPort, PortPool } from '../../../network/port-pool.ts';
import type { PublishedPort } from '../record/published-port.ts';
import type { HostConfig } from '../request/config.ts';

/** The host can't open a published port. The text is Docker Desktop's. */
export class PortsRefusedError extends EngineError {
  constructor(reason: string) {
    super('internal', `ports are not available: ${reason}`);
  }
}

interface Wanted {
  readonly port: string;
  readonly hostIps: readonly string[];
  /** If both are 0, any free port. */
  readonly first: number;
  readonly last: number;
}

const ALL = ['0.0.0.0', '::'] as const;

/** Throws EngineError 'invalid' in Docker's words for ports that aren't valid. */
export function checkPortBindings({ PortBindings }: HostConfig): void {
  for (const [port, bindings] of Object.entries(PortBindings)) {
    if (!/^\d+(\/(tcp|udp|sctp))?$/.test(port) || !isPort(parsePort(port).number)) {
      throw new EngineError('invalid', `invalid port specification: "${port}"`);
    }
    for (const { HostPort } of bindings) {
      if (!portRange(HostPort)) {
        throw new EngineError('invalid', `invalid port specification: "${HostPort}"`);
      }
    }
  }
}

/**
 * Takes the ports that a container publishes. `hostIp` is the address of bindings that don't name
 * one; empty means all addresses. If a port isn't free, takes nothing and throws in Docker's words.
 */
export function takePorts(
  pool: PortPool,
  request: {
    readonly host: HostConfig;
    readonly exposed: readonly string[];
    readonly hostIp: string;
  },
): PublishedPort[] {
  const taken: PublishedPort[] = [];
  try {
    for (const { port, hostIps, first, last } of wantedPorts(request)) {
      const { protocol } = parsePort(port);
      for (const { hostIp, hostPort } of pool.take(protocol, hostIps, first, last)) {
        taken.push({ port, hostIp, hostPort });
      }
    }
  } catch (error) {
    for (const port of taken) pool.release(claimOf(port));
    throw error;
  }
  return taken;
}

/** A published port as a claim on the port pool. */
export function claimOf({ port, hostIp, hostPort }: PublishedPort): HostPort {
  return { protocol: parsePort(port).protocol, hostIp, hostPort };
}

/**
 * Bindings that leave the choice to Berth come last: they must not take a port that another binding
 * names.
 */
function wantedPorts({
  host,
  exposed,
  hostIp,
}: {
  readonly host: HostConfig;
  readonly exposed: readonly string[];
  readonly hostIp: string;
}): Wanted[] {
  const any = host.PublishAllPorts ? exposed : [];
  const bindings = { ...Object.fromEntries(any.map((port) => [port, []])), ...host.PortBindings };
  return Object.entries(bindings)
    .flatMap(([port, asked]) =>
      // A binding without a port means any port.
      (asked.length > 0 || !any.includes(port) ? asked : [{ HostIp: '', HostPort: '' }]).map(
        (binding) => {
          const [first, last] = portRange(binding.HostPort) ?? [0, 0];
          const address = binding.HostIp || hostIp;
          return { port: named(port), hostIps: address ? [address] : ALL, first, last };
        },
      ),
    )
    .sort((a, b) => freedom(a) - freedom(b));
}

/** Ranks how free the choice is: a given port, a port of a range, or any port. */
const freedom = ({ first, last }: Wanted) => (first === 0 ? 2 : Number(first !== last));

const named = (port: string) => (port.includes('/') ? port : `${port}/tcp`);

/** "8080" or "8000-8010". "" and "0" mean any port. Undefined for other text. */
const portRange = (text: string) =>
  text === '' || text === '0' ? ([0, 0] as const) : parseRange(text);
