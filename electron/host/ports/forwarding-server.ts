import { createServer, type ListenOptions, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { loggerOf } from '../base/log.ts';
import { splice } from './splice.ts';

const log = loggerOf('ports');

/** A server that forwards its connections to the VM. */
export interface ForwardingServer {
  /** Rejects with the system's error. */
  listen(where: ListenOptions): Promise<void>;
  /** Stops listening and drops the connections. */
  close(): Promise<void>;
}

/** Connects each connection to a channel from `open`. If that fails, drops the connection. */
export function createForwardingServer(
  open: (socket: Socket) => Promise<Duplex>,
): ForwardingServer {
  const sockets = new Set<Socket>();
  const options = { allowHalfOpen: true, pauseOnConnect: true, noDelay: true };
  const server = createServer(options, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    open(socket).then(
      (channel) => splice(socket, channel),
      (error) => {
        log.debug('Forwarding a connection', error);
        socket.destroy();
      },
    );
  });
  return {
    listen: (where) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen({ backlog: 511, ...where }, () => {
          server.off('error', reject);
          // Failing to accept a connection, for example for lack of file descriptors, must not end
          // the server.
          server.on('error', () => {});
          resolve();
        });
      }),
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      return closed;
    },
  };
}
