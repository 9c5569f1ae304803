import { EngineError } from '../../../errors.ts';
import { isPort, parsePort, parseRange } from '../../../grammar/port.ts';
import type { HostPort, PortPool } from '../../../network/port-pool.ts';
import type { PublishedPort } from '../record/published-port.ts';
import type { HostConfig } from '../request/config.ts';

/** This computer cannot open what a container publishes: in Docker Desktop's words. */
export class PortsRefusedError extends EngineError {
  constructor(reason: string) {
    super('internal', `ports are not available: ${reason}`);
  }
}

interface Wanted {
  readonly port: string;
  readonly hostIps: readonly string[];
  /** Both 0: any free port. */
  readonly first: number;
  readonly last: number;
}

const ALL = ['0.0.0.0', '::'] as const;

/** Throws EngineError 'invalid' in Docker's words for ports that are none. */
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
 * Takes the ports that a container publishes. `hostIp` is the address where a binding names none;
 * empty: all of them. Throws in Docker's words, with nothing taken, when one isn't free.
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

/** A published port as the pool knows it. */
export function claimOf({ port, hostIp, hostPort }: PublishedPort): HostPort {
  return { protocol: parsePort(port).protocol, hostIp, hostPort };
}

/** Those that leave the choice to us come last: they must not have what another one names. */
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
      // Bound to nothing means: to any port.
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

/** How much is left to us: nothing, one of a range, any. */
const freedom = ({ first, last }: Wanted) => (first === 0 ? 2 : Number(first !== last));

const named = (port: string) => (port.includes('/') ? port : `${port}/tcp`);

/** "8080", "8000-8010"; "" and "0" are any port. Undefined for what is none of them. */
const portRange = (text: string) =>
  text === '' || text === '0' ? ([0, 0] as const) : parseRange(text);
