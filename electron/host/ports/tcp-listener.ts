import { isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import { createForwardingServer } from './forwarding-server.ts';

/** An open port of the host. */
export interface PortListener {
  /** Closes the port and drops its connections. */
  close(): Promise<void>;
}

/**
 * Opens a TCP port on one host address, or on all (`0.0.0.0`, `::`), and connects each connection
 * to a channel from `connect`. If that fails, resets the connection, like a closed port. Rejects
 * with the system's error.
 */
export async function listenTcp(
  { address, port }: { readonly address: string; readonly port: number },
  connect: () => Promise<Duplex>,
  platform: NodeJS.Platform = process.platform,
): Promise<PortListener> {
  const host = listenAddress(address, port, platform);
  const server = createForwardingServer(async (socket) => {
    try {
      if (host !== address && socket.localAddress !== address)
        throw new Error('connected to another address');
      return await connect();
    } catch (error) {
      socket.resetAndDestroy();
      throw error;
    }
  });
  // One address family only: callers request both if they want both.
  await server.listen({ host, port, ipv6Only: true });
  return server;
}

/** macOS lets users open ports below 1024 only on all addresses. */
export function listenAddress(address: string, port: number, platform: NodeJS.Platform): string {
  if (platform !== 'darwin' || port >= 1024) return address;
  return isIPv6(address) ? '::' : '0.0.0.0';
}
