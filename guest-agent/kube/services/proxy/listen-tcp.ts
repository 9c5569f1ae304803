import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** An open port. Its connections live on when it closes. */
export interface PortListener {
  close(): void;
}

export interface ListenAddress {
  readonly address: string;
  readonly port: number;
}

/**
 * Opens a TCP port. `take` owns the connections, which are paused. Rejects with the system's error.
 */
export async function listenTcp(
  { address, port }: ListenAddress,
  take: (client: Socket) => void,
): Promise<PortListener> {
  const options = { allowHalfOpen: true, pauseOnConnect: true, noDelay: true };
  const server = createServer(options, take);
  await once(server.listen({ host: address, port, backlog: 1024 }), 'listening');
  // A connection that can't be accepted, for lack of file descriptors, must not end the agent.
  server.on('error', () => {});
  return {
    close: () => {
      server.close();
    },
  };
}
