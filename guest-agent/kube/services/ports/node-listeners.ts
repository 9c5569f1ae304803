import type { LocalOutcome, LocalPort } from '../../../contract/host-ports.ts';
import { hasCode } from '../../../errors.ts';
import type { Log } from '../log.ts';
import { Balancer } from '../proxy/balancer.ts';
import { forwardTcp } from '../proxy/forward-tcp.ts';
import { listenTcp, type PortListener } from '../proxy/listen-tcp.ts';
import { listenUdp } from '../proxy/listen-udp.ts';
import { OpenConnections } from '../proxy/open-connections.ts';

interface Entry {
  readonly port: LocalPort;
  readonly listener?: PortListener;
  readonly problem?: string;
}

const words: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program already uses it',
  EACCES: 'only an administrator can open it',
};

/** Opens the ports of the user's localhost on this system, for an engine without a VM. */
export class NodeListeners implements Disposable {
  readonly #entries = new Map<string, Entry>();
  readonly #connections = new OpenConnections();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Opens exactly these ports. The caller makes one change at a time. */
  async apply(ports: readonly LocalPort[]): Promise<void> {
    const wanted = new Map(ports.map((port) => [JSON.stringify(port), port]));
    for (const [key, { listener }] of this.#entries) {
      if (wanted.has(key)) continue;
      this.#entries.delete(key);
      listener?.close();
    }
    for (const [key, port] of wanted) {
      // A port that couldn't be opened may be free now.
      if (this.#entries.get(key)?.problem === undefined && this.#entries.has(key)) continue;
      this.#entries.set(key, await this.#open(port));
    }
  }

  outcomes(): LocalOutcome[] {
    return [...this.#entries.values()].map(({ port: { protocol, hostIp, hostPort }, problem }) => ({
      ...{ protocol, hostIp, hostPort },
      ...(problem === undefined ? {} : { problem }),
    }));
  }

  [Symbol.dispose](): void {
    for (const { listener } of this.#entries.values()) listener?.close();
    this.#entries.clear();
    this.#connections.dropAll();
  }

  async #open(port: LocalPort): Promise<Entry> {
    const { hostIp, hostPort, target, protocol, name } = port;
    // Node ports are open here already.
    if (target.host === hostIp && target.port === hostPort) return { port };
    const balancer = new Balancer(() => [{ address: target.host, port: target.port }]);
    const where = { address: hostIp, port: hostPort };
    try {
      if (protocol === 'udp') return { port, listener: await listenUdp(where, { balancer }) };
      const connections = this.#connections;
      const listener = await listenTcp(where, (client) => {
        forwardTcp(client, client.remoteAddress ?? '', { balancer, connections }).catch((error) => {
          this.#log(`forwarding a connection to ${name}`, error);
          client.destroy();
        });
      });
      return { port, listener };
    } catch (error) {
      const known = Object.entries(words).find(([code]) => hasCode(error, code))?.[1];
      return { port, problem: known ?? (error instanceof Error ? error.message : String(error)) };
    }
  }
}
