import { createServer, type ListenOptions, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { splice } from './splice.ts';

/** A server that forwards its connections to the VM. */
export interface ForwardingServer {
  /** Rejects with the system's error. */
  listen(where: ListenOptions): Promise<void>;
  /** Stops listening and drops the connections. */
  close(): Promise<void>;
  /** A counter that grows with each connection and each byte, in either direction. */
  readonly traffic: number;
}

/** Connects each connection to a channel from `open`. If that fails, drops the connection. */
export function createForwardingServer(
  open: (socket: Socket) => Promise<Duplex>,
): ForwardingServer {
  const sockets = new Set<Socket>();
  const trafficOf = (socket: Socket) => 1 + socket.bytesRead + socket.bytesWritten;
  let past = 0;
  const options = { allowHalfOpen: true, pauseOnConnect: true, noDelay: true };
  const server = createServer(options, (socket) => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      past += trafficOf(socket);
    });
    socket.on('error', () => {});
    open(socket).then(
      (channel) => splice(socket, channel),
      () => socket.destroy(),
    );
  });
  return {
    get traffic() {
      return past + [...sockets].reduce((sum, socket) => sum + trafficOf(socket), 0);
    },
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
