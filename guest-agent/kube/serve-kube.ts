import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Kube, KubeOptions } from './kube.ts';
import { holdsUserObjects } from './lifecycle/user-objects.ts';

export interface ServedKube {
  /** The number of active requests, and 1 more while a CronJob waits for its time. */
  readonly requests: () => number;
  readonly requestsBegun: () => number;
  readonly close: () => void;
}

/**
 * Serves the Kubernetes API on a unix socket that only root may open. The cluster itself starts with
 * the first request, or at once if there are objects that a user has created: an engine that isn't
 * used for Kubernetes doesn't load its code.
 */
export async function serveKube(socket: string, options: KubeOptions): Promise<ServedKube> {
  const { log } = options;
  const active = new Set<IncomingMessage>();
  let begun = 0;
  let starting: Promise<Kube> | undefined;
  let running: Kube | undefined;
  const start = (): Promise<Kube> => {
    starting ??= import('./kube.ts')
      .then(({ startKube }) => startKube(options))
      .then((kube) => {
        running = kube;
        return kube;
      })
      .catch((error) => {
        // The next request tries again.
        starting = undefined;
        throw error;
      });
    return starting;
  };
  const count = (message: IncomingMessage, end: Duplex | ServerResponse) => {
    begun += 1;
    // Who only watches doesn't keep the VM awake.
    if (/[?&]watch=(true|1)/.test(message.url ?? '')) return;
    active.add(message);
    end.on('close', () => active.delete(message));
  };

  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 });
  server.on('request', (message, response) => {
    count(message, response);
    start()
      .then((kube) => kube.server.handle(message, response))
      .catch((error) => {
        log('starting Kubernetes', error);
        response.writeHead(503, { 'Retry-After': '1' }).end();
      });
  });
  server.on('upgrade', (message, connection, head) => {
    count(message, connection);
    connection.on('error', () => connection.destroy());
    start()
      .then((kube) => kube.server.handleUpgrade(message, connection, head))
      .catch((error) => {
        log('starting Kubernetes', error);
        connection.destroy();
      });
  });
  await rm(socket, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  await chmod(socket, 0o600);
  if (await holdsUserObjects(options.directory)) {
    start().catch((error) => log('starting Kubernetes', error));
  }
  return {
    requests: () => active.size + (running?.isWaiting() ? 1 : 0),
    requestsBegun: () => begun,
    close() {
      running?.close();
      server.close();
      server.closeAllConnections();
    },
  };
}
