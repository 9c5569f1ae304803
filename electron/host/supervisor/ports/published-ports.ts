import type { PublishedPort } from '../../../api/ports.ts';
import { isWithoutIpv6, openingProblem } from '../../ports/problem.ts';
import { listenTcp, type PortListener } from '../../ports/tcp-listener.ts';
import { listenUdp } from '../../ports/udp-listener.ts';
import { portKey, reconcile } from './reconcile.ts';
import type { Route } from './route.ts';
import type { WantedPort } from './wanted.ts';

/** The route to a port's target, by protocol. */
export type Routes = Readonly<
  Record<'tcp' | 'udp', (to: Pick<WantedPort, 'target' | 'reachable'>) => Route>
>;

/** A wanted port: open, or with the reason why it isn't. */
type Entry =
  | { port: WantedPort; readonly listener: PortListener }
  | { port: WantedPort; readonly problem: string };

/** The host ports that are open for containers. The caller makes one change at a time. */
export class PublishedPorts {
  readonly #routes: Routes;
  readonly #entries = new Map<string, Entry>();

  constructor(routes: Routes) {
    this.#routes = routes;
  }

  list(): PublishedPort[] {
    return [...this.#entries.values()].map((entry) => {
      const { target: _, reachable: __, ...port } = entry.port;
      return 'problem' in entry ? { ...port, problem: entry.problem } : port;
    });
  }

  /** Opens and closes ports until exactly these are open. Retries ports that couldn't be opened. */
  async apply(wanted: readonly WantedPort[]): Promise<void> {
    const ports = [...this.#entries].map(([key, { port }]) => [key, port] as const);
    const { close, open } = reconcile(wanted, new Map(ports));
    await Promise.all(close.map((key) => this.#close(key)));
    for (const port of wanted) {
      const entry = this.#entries.get(portKey(port));
      if (entry?.port.containerId === port.containerId) entry.port = port;
    }
    const failed = [...this.#entries.values()].filter((entry) => 'problem' in entry);
    await Promise.all([...open, ...failed.map(({ port }) => port)].map((port) => this.#open(port)));
  }

  async #open(port: WantedPort): Promise<void> {
    const key = portKey(port);
    const triedBefore = this.#entries.has(key);
    const { protocol } = port;
    if (protocol === 'sctp') {
      this.#entries.set(key, { port, problem: `Berth can't publish SCTP ports on the host` });
      return;
    }
    try {
      const listen = protocol === 'tcp' ? listenTcp : listenUdp;
      const route = this.#routes[protocol](port);
      const listener = await listen(port, route.connect);
      const close = async () => {
        await listener.close();
        await route.close();
      };
      this.#entries.set(key, { port, listener: { close } });
    } catch (error) {
      if (isWithoutIpv6(port.address, error)) {
        this.#entries.set(key, { port, listener: { close: async () => {} } });
      } else if (!triedBefore) {
        this.#entries.set(key, { port, problem: await openingProblem(port, error) });
      }
    }
  }

  async #close(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    this.#entries.delete(key);
    if (entry && 'listener' in entry) await entry.listener.close();
  }
}
