import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { loggerOf } from '../../base/log.ts';
import { isWithoutIpv6 } from '../../ports/problem.ts';
import { listenAddress } from '../../ports/tcp-listener.ts';

const log = loggerOf('names');

/** A port that is open on this computer's loopback addresses, and on no other. */
export interface LoopbackPort {
  readonly port: number;
  /** Closes it and drops its connections. */
  close(): Promise<void>;
}

/** Where names under `.localhost` lead. */
const ADDRESSES = ['127.0.0.1', '::1'];

/** The web's own, where the system lets users have it; otherwise the first that is free. */
export const domainPorts: readonly number[] = [
  80,
  ...Array.from({ length: 10 }, (_, i) => 8880 + i),
];

/** Undefined when none of the ports can be had. */
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
      // Where low ports open on all addresses only.
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
      // A port on one of the addresses alone would lead some browsers to another program.
      if (address === '::1' && isWithoutIpv6('::', error)) continue;
      await close();
      throw error;
    }
  }
  return { port, close };
}
