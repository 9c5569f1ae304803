import type { Server, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import {
  type AskedPort,
  hostPortsSchema,
  type PortRefusal,
  type PortsQuestion,
} from '../contract/host-ports.ts';
import { serveHost } from './host-socket.ts';

/** A host that has stopped answering must not hold up containers. */
const PATIENCE_MS = 5_000;

/** A host that is connected. */
interface Host {
  /** The containers that it has seen to. */
  seen: ReadonlySet<string>;
  /** Questions that it has not answered. */
  readonly asked: Map<number, (refusal: PortRefusal | undefined) => void>;
}

/**
 * What is known of the ports that the host opens for containers. A start asks whether they could be
 * opened, and waits until they are: clients connect as soon as it is answered. Without a host that
 * reports, both are over at once.
 */
export class HostPorts {
  readonly #hosts = new Map<Socket, Host>();
  #changed = Promise.withResolvers<void>();
  #questions = 0;

  /** Serves the ports socket (contract/host-ports.ts), which only root may open. */
  listen(path: string): Promise<Server> {
    return serveHost(path, (connection) => this.#read(connection));
  }

  /** Resolves once every host that is connected has seen to the container's ports, or is gone. */
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

  /** The first of the ports that a host could not open; undefined when none says so in time. */
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
    // A connection that breaks has no end.
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
