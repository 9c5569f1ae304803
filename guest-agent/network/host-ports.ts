import type { Server, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { hostPortsSchema } from '../contract/host-ports.ts';
import { serveHost } from './host-socket.ts';

/** A host that has stopped answering must not hold up containers. */
const PATIENCE_MS = 5_000;

/**
 * What is known of the ports that the host opens for containers. Clients connect to a published
 * port as soon as a start is answered, so a start waits here; without a host that reports, for
 * nothing.
 */
export class HostPorts {
  /** What each host that is connected has seen to. */
  readonly #reports = new Map<Socket, ReadonlySet<string>>();
  #changed = Promise.withResolvers<void>();

  /** Serves the ports socket (contract/host-ports.ts), which only root may open. */
  listen(path: string): Promise<Server> {
    return serveHost(path, (connection) => this.#read(connection));
  }

  /** Resolves once every host that is connected has seen to the container's ports, or is gone. */
  async seenTo(containerId: string, patience = PATIENCE_MS): Promise<void> {
    const late = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => late.resolve('late'), patience);
    try {
      while (![...this.#reports.values()].every((report) => report.has(containerId))) {
        const outcome = await Promise.race([this.#changed.promise, late.promise]);
        if (outcome === 'late') return;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async #read(connection: Socket): Promise<void> {
    const lines = createInterface({ input: connection });
    // A connection that breaks has no end.
    connection.once('close', () => lines.close());
    try {
      for await (const line of lines) {
        const { containers } = hostPortsSchema.parse(JSON.parse(line));
        this.#reports.set(connection, new Set(containers));
        this.#announce();
      }
    } finally {
      this.#reports.delete(connection);
      this.#announce();
    }
  }

  #announce(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
