import { createServer } from 'node:https';
import type { KubeServer } from '../api/server.ts';
import type { ClusterKeys } from './cluster-keys.ts';

const RETRY_MS = 5_000;
/** Pods can't take all file descriptors of the engine. */
const MOST_CONNECTIONS = 1_000;

/**
 * Serves the API for pods over TLS. While the port isn't free, as if a container in the network of
 * the host has it, pods run without the API, and this tries again.
 */
export function servePods(
  server: KubeServer,
  { certificate, key, address }: ClusterKeys,
  port: number,
  log: (message: string, cause?: unknown) => void,
): Disposable {
  const tls = createServer({ cert: certificate, key, minVersion: 'TLSv1.2' });
  tls.maxConnections = MOST_CONNECTIONS;
  server.attach(tls);
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;
  const listen = () => tls.listen(port, address);
  let isTold = false;
  tls.on('error', (error) => {
    if (!isTold) log(`serving the API for pods at ${address}:${port}`, error);
    isTold = true;
    if (isClosed || tls.listening) return;
    retry = setTimeout(listen, RETRY_MS);
    retry.unref();
  });
  tls.on('listening', () => {
    isTold = false;
  });
  listen();
  return {
    [Symbol.dispose]() {
      isClosed = true;
      clearTimeout(retry);
      tls.close();
      tls.closeAllConnections();
    },
  };
}
