import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { endGently } from '../../../contract/connection-halves.ts';
import type { Backend } from '../endpoints/service-endpoints.ts';
import type { Balancer } from './balancer.ts';
import { joinConnections, resetConnection } from './join-connections.ts';
import type { OpenConnections } from './open-connections.ts';
import { ReplayedRequest } from './replayed-request.ts';

/**
 * How long to wait for a backend in each round. A pod on this node answers within a millisecond, so
 * the first round passes by pods that are gone; the second is for a busy node.
 */
const ROUNDS_MS = [1_000, 10_000];

export interface Forwarding {
  readonly balancer: Pick<Balancer, 'order' | 'accepted' | 'failed'>;
  readonly connections: Pick<OpenConnections, 'add'>;
}

/**
 * Connects a client to a backend until both directions have ended. A backend that refuses, or that
 * resets the connection before it has sent a byte, is replaced by the next one: a program that ends
 * resets the connections that it hasn't read. If no backend answers, resets the client. `address`
 * is the client's. `client` must be paused and allow half-open connections.
 */
export async function forwardTcp(
  client: Duplex,
  address: string,
  { balancer, connections }: Forwarding,
): Promise<void> {
  client.on('error', () => {});
  const request = new ReplayedRequest(client);
  for (const patienceMs of ROUNDS_MS) {
    for (const backend of balancer.order(address)) {
      if (client.destroyed) return;
      let socket: Socket | undefined;
      try {
        socket = await dial(backend, patienceMs);
        connections.add(backend, socket);
        balancer.accepted(address, backend);
        await request.sendTo(socket);
        if (client.destroyed) letGo(socket, client);
        else joinConnections(client, socket);
        return;
      } catch (error) {
        socket?.destroy();
        if (!isConnectionError(error)) throw error;
        balancer.failed(backend);
      }
    }
  }
  resetConnection(client);
}

/** Ends the connection to a backend whose client went away before the answer. */
function letGo(backend: Socket, client: Duplex): void {
  // All that the client has sent still arrives.
  if (client.readableEnded) endGently(backend);
  else backend.resetAndDestroy();
}

async function dial({ address, port }: Backend, patienceMs: number): Promise<Socket> {
  const socket = connect({ host: address, port, allowHalfOpen: true, noDelay: true });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(patienceMs) });
    socket.on('error', () => {});
    return socket;
  } catch (error) {
    socket.on('error', () => {}).destroy();
    throw error;
  }
}

/** A backend can fail in any way that the system knows, or not answer in time. */
function isConnectionError(error: unknown): boolean {
  return error instanceof Error && ('code' in error || error.name === 'AbortError');
}
