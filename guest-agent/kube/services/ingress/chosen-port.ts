import type { LocalPorts, WantedLocalPort } from '../ports/local-ports.ts';

/** The ports of localhost for Ingresses, in the order of preference. */
export const ingressPorts = {
  http: [80, ...Array.from({ length: 10 }, (_, index) => 8080 + index)],
  https: [443, ...Array.from({ length: 10 }, (_, index) => 8443 + index)],
} as const;

/** The first port of a list that can be opened on localhost. It stays while it is wanted. */
export class ChosenPort {
  readonly #local: LocalPorts;
  readonly #owner: string;
  readonly #candidates: readonly number[];
  readonly #target: WantedLocalPort['target'];
  #isWanted = false;
  #index = 0;
  /** Why the preferred port isn't the chosen one. */
  problem: string | undefined;

  constructor(
    local: LocalPorts,
    owner: string,
    candidates: readonly number[],
    target: WantedLocalPort['target'],
  ) {
    this.#local = local;
    this.#owner = owner;
    this.#candidates = candidates;
    this.#target = target;
  }

  /** Opens a port, or closes it. The next time, the preferred port is tried again. */
  want(isWanted: boolean): void {
    if (isWanted === this.#isWanted) return;
    this.#isWanted = isWanted;
    this.#index = 0;
    this.problem = undefined;
    this.#local.set(this.#owner, isWanted ? [this.#port()] : []);
  }

  /** Takes the next port if this one can't be opened. To be called when ports have changed. */
  check(): void {
    if (!this.#isWanted) return;
    const state = this.#local.state(this.#owner, this.#port());
    if (state.kind !== 'closed') return;
    this.problem ??= `Can't open port ${this.#port().port} of localhost: ${state.problem}.`;
    if (this.#index === this.#candidates.length - 1) return;
    this.#index += 1;
    this.#local.set(this.#owner, [this.#port()]);
  }

  /** Undefined while no port is open. */
  get open(): number | undefined {
    if (!this.#isWanted) return undefined;
    const port = this.#port();
    return this.#local.state(this.#owner, port).kind === 'open' ? port.port : undefined;
  }

  get isPreferred(): boolean {
    return this.#index === 0;
  }

  #port(): WantedLocalPort {
    const port = this.#candidates[this.#index] ?? 0;
    return { protocol: 'tcp', port, target: this.#target };
  }
}
