import type { Backend } from '../endpoints/service-endpoints.ts';

/** How long a backend that has failed is tried last. */
const SUSPECT_MS = 2_000;
/** Clients with a backend of their own, beyond which the longest-silent one is forgotten. */
const MAXIMUM_CLIENTS = 10_000;

const keyOf = ({ address, port }: Backend) => `${address}:${port}`;

/**
 * Chooses backends for the new connections of one port: each in turn, so that all get the same
 * number. With an affinity, a client keeps its backend.
 */
export class Balancer {
  readonly #backends: () => readonly Backend[];
  readonly #affinityMs: () => number | undefined;
  readonly #clients = new Map<string, { readonly backend: string; readonly until: number }>();
  readonly #suspects = new Map<string, number>();
  #turn = 0;

  /**
   * `backends` returns the current ones. `affinityMs` returns how long a client that doesn't connect
   * keeps its backend, or undefined without an affinity.
   */
  constructor(
    backends: () => readonly Backend[],
    affinityMs: () => number | undefined = () => undefined,
  ) {
    this.#backends = backends;
    this.#affinityMs = affinityMs;
  }

  /** All current backends, in the order in which a new connection should try them. */
  order(client: string): Backend[] {
    const all = this.#backends();
    if (all.length < 2) return [...all];
    const start = this.#turn % all.length;
    this.#turn = (start + 1) % all.length;
    const inTurn = [...all.slice(start), ...all.slice(0, start)];
    const own = this.#affinityMs() === undefined ? undefined : this.#clients.get(client);
    const isOwn = (backend: Backend) =>
      own !== undefined && own.until > Date.now() && own.backend === keyOf(backend);
    const rank = (backend: Backend) =>
      (this.#isSuspect(backend) ? 2 : 0) + (isOwn(backend) ? 0 : 1);
    const ordered = inTurn.sort((a, b) => rank(a) - rank(b));
    // At once, so that the first connections of a client, made at the same time, stay together.
    if (ordered[0]) this.#assign(client, ordered[0]);
    return ordered;
  }

  /** Whether new connections may still go to a backend. */
  has(backend: Backend): boolean {
    return this.#backends().some((other) => keyOf(other) === keyOf(backend));
  }

  /** A backend has accepted a client's connection. */
  accepted(client: string, backend: Backend): void {
    this.#suspects.delete(keyOf(backend));
    this.#assign(client, backend);
  }

  #assign(client: string, backend: Backend): void {
    const affinityMs = this.#affinityMs();
    if (affinityMs === undefined) return;
    // The longest-silent client comes first.
    this.#clients.delete(client);
    this.#clients.set(client, { backend: keyOf(backend), until: Date.now() + affinityMs });
    const [oldest] = this.#clients.keys();
    if (this.#clients.size > MAXIMUM_CLIENTS && oldest !== undefined) this.#clients.delete(oldest);
  }

  /** A backend has failed. Others are tried before it for a moment. */
  failed(backend: Backend): void {
    this.#suspects.set(keyOf(backend), Date.now() + SUSPECT_MS);
  }

  #isSuspect(backend: Backend): boolean {
    const until = this.#suspects.get(keyOf(backend));
    if (until === undefined) return false;
    if (until > Date.now()) return true;
    this.#suspects.delete(keyOf(backend));
    return false;
  }
}
