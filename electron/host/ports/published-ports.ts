import type { Duplex } from 'node:stream';
import type { PublishedPort } from '../../api/ports.ts';
import { isWithoutIpv6, openingProblem } from './problem.ts';
import { portKey, reconcile } from './reconcile.ts';
import { listenTcp, type PortListener } from './tcp-listener.ts';
import type { WantedPort } from './wanted.ts';

/** A wanted port: open, or with the reason why it is not. */
type Entry =
  | { port: WantedPort; readonly listener: PortListener }
  | { port: WantedPort; readonly problem: string };

/** The ports of this computer that are open for containers. One change at a time: the caller. */
export class PublishedPorts {
  readonly #connect: (target: WantedPort['target']) => Promise<Duplex>;
  readonly #entries = new Map<string, Entry>();

  /** `connect` opens a channel to where a port leads. */
  constructor(connect: (target: WantedPort['target']) => Promise<Duplex>) {
    this.#connect = connect;
  }

  list(): PublishedPort[] {
    return [...this.#entries.values()].map((entry) => {
      const { target: _, ...port } = entry.port;
      return 'problem' in entry ? { ...port, problem: entry.problem } : port;
    });
  }

  /** Opens and closes until just these are open. What could not be opened is tried again. */
  async apply(wanted: readonly WantedPort[]): Promise<void> {
    const { close, open, keep } = reconcile(wanted, new Set(this.#entries.keys()));
    // First, as another container may want the same port on another address.
    await Promise.all(close.map((key) => this.#close(key)));
    const again = keep.filter((port) => {
      const entry = this.#entries.get(portKey(port));
      if (entry) entry.port = port;
      return entry && 'problem' in entry;
    });
    await Promise.all([...open, ...again].map((port) => this.#open(port)));
  }

  async #open(port: WantedPort): Promise<void> {
    const key = portKey(port);
    const before = this.#entries.get(key);
    if (port.protocol !== 'tcp') {
      const problem = `${port.protocol.toUpperCase()} is not forwarded to this computer yet`;
      this.#entries.set(key, { port, problem });
      return;
    }
    try {
      const listener = await listenTcp(port, () => this.#connect(this.#targetOf(key)));
      this.#entries.set(key, { port, listener });
    } catch (error) {
      if (isWithoutIpv6(port.address, error)) {
        this.#entries.set(key, { port, listener: { close: async () => {} } });
      } else if (!before) {
        this.#entries.set(key, { port, problem: await openingProblem(port, error) });
      }
    }
  }

  /** Looked up for each connection: a container that starts again may have a new address. */
  #targetOf(key: string): WantedPort['target'] {
    const entry = this.#entries.get(key);
    if (!entry) throw new Error(`${key} is no longer published`);
    return entry.port.target;
  }

  async #close(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    if (entry && 'listener' in entry) await entry.listener.close();
  }
}
