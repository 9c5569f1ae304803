import { chmod, mkdir, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Duplex } from 'node:stream';
import { splice } from './splice.ts';

/** A listening socket, each of whose connections is carried on elsewhere. */
export interface ForwardedSocket {
  /** Removes the socket and drops its connections. Idempotent. */
  close(): Promise<void>;
}

/**
 * Listens on a unix socket that only its owner may use, or on a named pipe on Windows (whose
 * default rights are its owner's), and joins each connection with a channel made by `open`. A
 * connection for which that fails is dropped.
 */
export async function forwardSocket(
  path: string,
  open: () => Promise<Duplex>,
): Promise<ForwardedSocket> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    open().then(
      (channel) => splice(socket, channel),
      () => socket.destroy(),
    );
  });
  if (process.platform !== 'win32') {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // Left behind by a process that was killed.
    await rm(path, { force: true });
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path, backlog: 511 }, resolve);
  });
  if (process.platform !== 'win32') await chmod(path, 0o600);

  return {
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      return closed;
    },
  };
}
