import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** A company's proxy: the only connection to servers whose names are known only here. */
export interface ConnectProxy {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** The `host:port` of each requested tunnel, in order. */
  readonly tunnels: readonly string[];
  stop(): Promise<void>;
}

/**
 * Starts a proxy on loopback that resolves every name to this host. With `login` (`user:password`),
 * it requires that login.
 */
export async function startConnectProxy(login?: string): Promise<ConnectProxy> {
  const tunnels: string[] = [];
  const open = new Set<Duplex>();
  const wanted = login && `Basic ${Buffer.from(login).toString('base64')}`;
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on('connect', (request, socket, head) => {
    socket.on('error', () => {});
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    if (wanted !== undefined && request.headers['proxy-authorization'] !== wanted) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    tunnels.push(request.url ?? '');
    const target = connect(Number(request.url?.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.write(head);
      socket.pipe(target).pipe(socket);
    });
    target.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    socket.once('close', () => target.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    host: `127.0.0.1:${address.port}`,
    tunnels,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      for (const socket of open) socket.destroy();
      await once(server, 'close');
    },
  };
}
