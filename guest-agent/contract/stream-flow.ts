import { once } from 'node:events';
import type { Duplex, Writable } from 'node:stream';

/**
 * Destroys a connection as soon as the peer ends its half, for protocols that never end only one.
 * Node's HTTP/2 doesn't notice the end of a socket that may be half open.
 */
export function endWithPeer(socket: Duplex): void {
  socket.once('end', () => socket.destroy());
}

/** Writes, and waits while the other side reads more slowly. */
export async function writeTo(client: Writable, data: Uint8Array | string): Promise<void> {
  if (client.destroyed) throw new Error('the client is gone');
  if (client.write(data)) return;
  const done = new AbortController();
  try {
    await Promise.race([
      once(client, 'drain', { signal: done.signal }),
      once(client, 'close', { signal: done.signal }),
    ]);
  } finally {
    done.abort();
  }
}
