import type { Server, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import {
  type AskedPort,
  hostPortsSchema,
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

  /** Serves the ports socket (contract/host-ports.ts), which only root may open. */
  listen(path: string): Promise<Server> {
    return serveHost(path, (connection) => this.#read(connection));
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
          const seen = new Set(message.containers);
          if (host) host.seen = seen;
          else this.#hosts.set(connection, { seen, asked: new Map() });
          this.#announce();
        }
      }
    } finally {
      for (const resolve of this.#hosts.get(connection)?.asked.values() ?? []) resolve(undefined);
      this.#hosts.delete(connection);
      this.#announce();
    }
  }

  #announce(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
