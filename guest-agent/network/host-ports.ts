import type { Server, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import {
  type AskedPort,
  hostPortsSchema,
  type LocalOutcome,
  type LocalPort,
  type LocalPorts,
  type PortRefusal,
  type PortsQuestion,
} from '../contract/host-ports.ts';
import { serveHost } from './host-socket.ts';

/** A host that doesn't answer must not block containers. */
const PATIENCE_MS = 5_000;

/** A connected host. */
interface Host {
  /** The containers whose ports the host has handled. */
  seen: ReadonlySet<string>;
  /** What has become of the guest's own ports. */
  local: readonly LocalOutcome[];
  /** Questions without an answer yet. */
  readonly asked: Map<number, (refusal: PortRefusal | undefined) => void>;
}

/**
 * What the host reports about published ports. Before a start, the engine asks whether the host can
 * open the ports. After it, the engine waits until they are open, since clients connect as soon as
 * the request is answered. Without a connected host, both return immediately.
 */
export class HostPorts {
  readonly #hosts = new Map<Socket, Host>();
  #changed = Promise.withResolvers<void>();
  #questions = 0;
  #local: readonly LocalPort[] = [];
  readonly #localListeners = new Set<() => void>();

  /** Serves the ports socket (contract/host-ports.ts), which only root may open. */
  listen(path: string): Promise<Server> {
    return serveHost(path, (connection) => this.#read(connection));
  }

  /** Asks the hosts for exactly these ports of the guest's own, now and when they connect again. */
  openLocal(ports: readonly LocalPort[]): void {
    if (JSON.stringify(ports) === JSON.stringify(this.#local)) return;
    this.#local = ports;
    for (const connection of this.#hosts.keys()) this.#sendLocal(connection);
  }

  /** What has become of the guest's own ports. Undefined without a connected host. */
  localOutcomes(): readonly LocalOutcome[] | undefined {
    if (this.#hosts.size === 0) return undefined;
    return [...this.#hosts.values()].flatMap(({ local }) => local);
  }

  /** Calls `listener` when `localOutcomes` may have changed. */
  listenLocal(listener: () => void): () => void {
    this.#localListeners.add(listener);
    return () => this.#localListeners.delete(listener);
  }

  #sendLocal(connection: Socket): void {
    const message: LocalPorts = { local: [...this.#local] };
    connection.write(`${JSON.stringify(message)}\n`);
  }

  /** Resolves once every connected host has handled the container's ports or has disconnected. */
  async seenTo(containerId: string, patience = PATIENCE_MS): Promise<void> {
    const late = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => late.resolve('late'), patience);
    try {
      while (![...this.#hosts.values()].every(({ seen }) => seen.has(containerId))) {
        const outcome = await Promise.race([this.#changed.promise, late.promise]);
        if (outcome === 'late') return;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** The first port that a host can't open. Undefined if no host reports one in time. */
  async refusal(
    ports: readonly AskedPort[],
    patience = PATIENCE_MS,
  ): Promise<PortRefusal | undefined> {
    if (ports.length === 0) return undefined;
    const answers = [...this.#hosts].map(([connection, host]) => {
      const { promise, resolve } = Promise.withResolvers<PortRefusal | undefined>();
      const question: PortsQuestion = { question: ++this.#questions, ports: [...ports] };
      const timer = setTimeout(() => resolve(undefined), patience);
      host.asked.set(question.question, resolve);
      connection.write(`${JSON.stringify(question)}\n`);
      return promise.finally(() => {
        clearTimeout(timer);
        host.asked.delete(question.question);
      });
    });
    return (await Promise.all(answers)).find((refusal) => refusal !== undefined);
  }

  async #read(connection: Socket): Promise<void> {
    const lines = createInterface({ input: connection });
    // A connection that breaks doesn't emit 'end'.
    connection.once('close', () => lines.close());
    try {
      for await (const line of lines) {
        const message = hostPortsSchema.parse(JSON.parse(line));
        const host = this.#hosts.get(connection);
        if ('answer' in message) host?.asked.get(message.answer)?.(message.refusal);
        else {
          const { containers, local = [] } = message;
          const seen = new Set(containers);
          if (host) Object.assign(host, { seen, local });
          else this.#connected(connection, { seen, local, asked: new Map() });
          this.#announce();
        }
      }
    } finally {
      for (const resolve of this.#hosts.get(connection)?.asked.values() ?? []) resolve(undefined);
      this.#hosts.delete(connection);
      this.#announce();
    }
  }

  #connected(connection: Socket, host: Host): void {
    this.#hosts.set(connection, host);
    if (this.#local.length > 0) this.#sendLocal(connection);
  }

  #announce(): void {
    for (const listener of this.#localListeners) listener();
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
