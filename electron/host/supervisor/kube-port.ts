import { watch } from 'node:fs';
import { basename } from 'node:path';
import type { Duplex } from 'node:stream';
import { createServer, type Server } from 'node:tls';
import { loggerOf } from '../base/log.ts';
import { type KubeAccess, readKubeAccess, writeKubeAccess } from '../home/kube-access.ts';
import type { MachinePaths } from '../home/paths.ts';
import { splice } from '../ports/splice.ts';

const log = loggerOf('kube');

type Paths = Pick<MachinePaths, 'directory' | 'kubeAccess'>;

/**
 * Serves the Kubernetes API at a TLS port of 127.0.0.1, for clients with the certificate in
 * `kube-access.json`. Without this file, there is no port; it opens when the file appears.
 */
export async function serveKubePort(
  paths: Paths,
  open: () => Promise<Duplex>,
  signal: AbortSignal,
): Promise<void> {
  let server: Promise<Server | undefined> | undefined;
  const openPort = async (): Promise<Server | undefined> => {
    const access = await readKubeAccess(paths);
    return access && listen(paths, access, open);
  };
  const tryToOpen = async () => {
    server ??= openPort();
    const opened = await log.attempt('Opening the port for kubectl', server, 'warn');
    if (opened === undefined) server = undefined;
  };
  await tryToOpen();
  const watcher = watch(paths.directory, (_, name) => {
    if (name === basename(paths.kubeAccess) && server === undefined) {
      tryToOpen().catch((error) => log.warn('Opening the port for kubectl', error));
    }
  });
  watcher.on('error', (error) => log.warn('Watching for kube-access.json', error));
  signal.addEventListener('abort', () => {
    watcher.close();
    server?.then((opened) => opened?.close()).catch((error) => log.warn('Closing a port', error));
  });
}

/** At the port of the last time, if it is still free. */
async function listen(
  paths: Paths,
  access: KubeAccess,
  open: () => Promise<Duplex>,
): Promise<Server> {
  const { certificate: cert, key } = access;
  const server = createServer(
    { cert, key, ca: cert, requestCert: true, rejectUnauthorized: true, pauseOnConnect: true },
    (socket) => {
      socket.on('error', () => socket.destroy());
      open().then(
        (channel) => splice(socket, channel),
        (error) => {
          log.debug('Forwarding a connection', error);
          socket.destroy();
        },
      );
    },
  );
  // A client without the certificate, for example.
  server.on('tlsClientError', (error) => log.debug('Refusing a connection', error));
  await listenAt(server, access.port).catch((error) => {
    log.info(`Port ${access.port} for kubectl is not free`, error);
    return listenAt(server, 0);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  if (port !== access.port) await writeKubeAccess(paths, { ...access, port });
  return server;
}

async function listenAt(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
