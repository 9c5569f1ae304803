import { chmod, mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Duplex } from 'node:stream';
import { createForwardingServer } from '../../ports/forwarding-server.ts';

/** A listening socket that forwards its connections. */
export interface ForwardedSocket {
  /** Removes the socket and drops its connections. Idempotent. */
  close(): Promise<void>;
}

/**
 * Listens on an owner-only Unix socket, or on a named pipe on Windows (owner-only by default), and
 * connects each connection to a channel from `open`. If that fails, drops the connection.
 */
export async function forwardSocket(
  path: string,
  open: () => Promise<Duplex>,
): Promise<ForwardedSocket> {
  const server = createForwardingServer(open);
  if (process.platform !== 'win32') {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // A killed process may have left the socket behind.
    await rm(path, { force: true });
  }
  await server.listen({ path });
  if (process.platform !== 'win32') await chmod(path, 0o600);

  return server;
}
