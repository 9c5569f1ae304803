import { isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import { createForwardingServer } from './forwarding-server.ts';

/** A port that is open on this computer. */
export interface PortListener {
  /** Closes the port and drops its connections. */
  close(): Promise<void>;
}

/**
 * Opens a TCP port on one address of this computer, or on all (`0.0.0.0`, `::`), and joins each
 * connection with a channel made by `connect`. A connection for which that fails is reset, as one
 * to a closed port would be. Rejects with the system's error.
 */
export async function listenTcp(
  { address, port }: { readonly address: string; readonly port: number },
  connect: () => Promise<Duplex>,
  platform: NodeJS.Platform = process.platform,
): Promise<PortListener> {
  const host = listenAddress(address, port, platform);
  const server = createForwardingServer(async (socket) => {
    try {
      if (host !== address && socket.localAddress !== address) throw new Error('not for us');
      return await connect();
    } catch (error) {
      socket.resetAndDestroy();
      throw error;
    }
  });
  // Not both families at once: whoever wants both asks for both.
  await server.listen({ host, port, ipv6Only: true });
  return server;
}

/** macOS lets users open ports below 1024, but on all addresses only. */
export function listenAddress(address: string, port: number, platform: NodeJS.Platform): string {
  if (platform !== 'darwin' || port >= 1024) return address;
  return isIPv6(address) ? '::' : '0.0.0.0';
}
