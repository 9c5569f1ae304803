import { createServer, type ListenOptions, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { loggerOf } from '../base/log.ts';
import { splice } from './splice.ts';

const log = loggerOf('ports');

/** A server whose connections are carried on in the guest. */
export interface ForwardingServer {
  /** Rejects with the system's error. */
  listen(where: ListenOptions): Promise<void>;
  /** Stops listening and drops the connections. */
  close(): Promise<void>;
}

/**
 * Joins each connection with a channel made by `open`. A connection for which that fails is
 * dropped.
 */
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
          // A connection that cannot be accepted, for want of file descriptors, is no reason to end.
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
