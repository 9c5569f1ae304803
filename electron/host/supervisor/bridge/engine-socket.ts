import { chmod, mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Duplex } from 'node:stream';
import { createForwardingServer } from '../../ports/forwarding-server.ts';

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
  const server = createForwardingServer(open);
  if (process.platform !== 'win32') {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // Left behind by a process that was killed.
    await rm(path, { force: true });
  }
  await server.listen({ path });
  if (process.platform !== 'win32') await chmod(path, 0o600);

  return server;
}
