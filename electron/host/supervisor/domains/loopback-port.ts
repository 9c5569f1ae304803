import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { loggerOf } from '../../base/log.ts';
import { isWithoutIpv6 } from '../../ports/problem.ts';
import { listenAddress } from '../../ports/tcp-listener.ts';

const log = loggerOf('names');

/** An open port on the host's loopback addresses only. */
export interface LoopbackPort {
  readonly port: number;
  /** Closes the port and drops its connections. */
  close(): Promise<void>;
}

/** The addresses of names in `.localhost`. */
const ADDRESSES = ['127.0.0.1', '::1'];

/** Port 80 if the system lets users open it, otherwise the first free one. */
export const domainPorts: readonly number[] = [
  80,
  ...Array.from({ length: 10 }, (_, i) => 8880 + i),
];

/** Undefined if none of the ports is available. */
export async function openLoopbackPort(
  http: HttpServer,
  ports: Iterable<number>,
): Promise<LoopbackPort | undefined> {
  for (const port of ports) {
    const opened = await log.attempt(`Opening port ${port}`, openPort(http, port));
    if (opened) return opened;
  }
  return undefined;
}

async function openPort(http: HttpServer, port: number): Promise<LoopbackPort> {
  const sockets = new Set<Socket>();
  const servers: Server[] = [];
  const close = async () => {
    const closed = servers.map((server) => once(server.close(), 'close'));
    for (const socket of sockets) socket.destroy();
    await Promise.all(closed);
  };
  const listen = async (address: string) => {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      // On systems where users can open low ports only on all addresses.
      if (socket.localAddress !== address) return socket.resetAndDestroy();
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      return http.emit('connection', socket);
    });
    const host = listenAddress(address, port, process.platform);
    await once(server.listen({ host, port, ipv6Only: true }), 'listening');
    server.on('error', () => {});
    servers.push(server);
  };
  for (const address of ADDRESSES) {
    try {
      await listen(address);
    } catch (error) {
      // With a port on only one address, some browsers would reach another program.
      if (address === '::1' && isWithoutIpv6('::', error)) continue;
      await close();
      throw error;
    }
  }
  return { port, close };
}
