import { EngineError } from '../errors.ts';

export interface HostPort {
  /** "tcp", "udp" or "sctp". */
  readonly protocol: string;
  readonly hostIp: string;
  readonly hostPort: number;
}

/** The range for ports that a user doesn't name: the kernel's ephemeral range. */
const EPHEMERAL = [32_768, 60_999] as const;

/** The VM's ports that containers have published. */
export class PortPool {
  readonly #taken = new Map<string, HostPort>();
  #next: number = EPHEMERAL[0];

  /**
   * One port from `first` to `last`, or any free one if both are 0, on all these addresses. Throws
   * EngineError 'internal' in Docker's words if none is free.
   */
  take(protocol: string, hostIps: readonly string[], first: number, last: number): HostPort[] {
    const port = first === 0 ? this.#anyFree(protocol, hostIps) : first;
    for (let hostPort = port; hostPort <= (first === 0 ? port : last); hostPort++) {
      if (!this.#isFree(protocol, hostIps, hostPort)) continue;
      const ports = hostIps.map((hostIp) => ({ protocol, hostIp, hostPort }));
      for (const taken of ports) this.hold(taken);
      return ports;
    }
    const address = hostIps[0]?.includes(':') ? `[${hostIps[0]}]` : hostIps[0];
    const why = first === last ? 'port is already allocated' : 'all ports are allocated';
    throw new EngineError('internal', `Bind for ${address}:${first} failed: ${why}`);
  }

  /** Marks the port of an existing container as used. */
  hold(port: HostPort): void {
    this.#taken.set(key(port), port);
  }

  release(port: HostPort): void {
    this.#taken.delete(key(port));
  }

  /** Ports are used in turn, so that another container doesn't get a released port immediately. */
  #anyFree(protocol: string, hostIps: readonly string[]): number {
    const [first, last] = EPHEMERAL;
    for (let tried = first; tried <= last; tried++) {
      const port = this.#next;
      this.#next = port === last ? first : port + 1;
      if (this.#isFree(protocol, hostIps, port)) return port;
    }
    throw new EngineError('internal', 'all ports are allocated');
  }

  #isFree(protocol: string, hostIps: readonly string[], hostPort: number): boolean {
    return ![...this.#taken.values()].some(
      (taken) =>
        taken.protocol === protocol &&
        taken.hostPort === hostPort &&
        hostIps.some((hostIp) => collide(hostIp, taken.hostIp)),
    );
  }
}

const key = ({ protocol, hostIp, hostPort }: HostPort) => `${protocol} ${hostIp} ${hostPort}`;

/** An unspecified address includes all addresses of its family. */
function collide(one: string, other: string): boolean {
  if (one === other) return true;
  if (one.includes(':') !== other.includes(':')) return false;
  return [one, other].some((address) => address === '0.0.0.0' || address === '::');
}
