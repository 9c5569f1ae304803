import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { endGently, separateHalves } from '../../../contract/connection-halves.ts';

/**
 * Connects a client and a backend until both directions have ended. Each direction ends independently.
 * A reset of one side resets the other, so that nobody takes half an answer for a whole one. Owns
 * both from here on.
 */
export function joinConnections(client: Duplex, backend: Socket): void {
  separateHalves(client);
  const wasReset = noteReset(separateHalves(backend));
  client.pipe(backend);
  backend.pipe(client, { end: false });
  client.on('error', () => backend.resetAndDestroy());
  client.once('close', () => {
    // All that the client has sent still arrives.
    if (client.readableEnded) endGently(backend);
    else backend.resetAndDestroy();
  });
  backend.on('error', () => resetConnection(client));
  backend.once('end', () => {
    // What was read before the reset is delivered first.
    if (wasReset()) client.write(Buffer.alloc(0), () => resetConnection(client));
    else client.end();
  });
  backend.once('close', () => {
    client.unpipe(backend);
    if (!wasReset()) endGently(client);
  });
}

/** Resets a connection, as the kernel does for a port where nobody listens. */
export function resetConnection(client: Duplex): void {
  if ('resetAndDestroy' in client) (client as Socket).resetAndDestroy();
  else client.destroy(new Error('the connection was reset'));
}

/** `separateHalves` hides a reset from the listeners of `error`. */
function noteReset(socket: Socket): () => boolean {
  let wasReset = false;
  const destroy = socket.destroy.bind(socket);
  socket.destroy = (error?: NodeJS.ErrnoException) => {
    if (error?.code === 'ECONNRESET') wasReset = true;
    return destroy(error);
  };
  return () => wasReset;
}
