import { once } from 'node:events';
import { connect as dial, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { loggerOf } from '../../base/log.ts';
import type { MachineForward } from '../machine.ts';

const log = loggerOf('ports');

/** The route of connections to one port in the VM. */
export interface Route {
  connect(): Promise<Duplex>;
  /** Accepts no new connections; open ones stay. Doesn't reject. */
  close(): Promise<void>;
}

/** A connection within the host takes no time, unless the hypervisor's queue is full. */
const PATIENCE_MS = 100;

/**
 * Connects through a port of the hypervisor, which `forward` opens at the first connection. If the
 * hypervisor can't open one or is overloaded, connects through `tunnel`.
 */
export function directRoute(
  forward: () => Promise<MachineForward>,
  tunnel: () => Promise<Duplex>,
  patienceMs = PATIENCE_MS,
): Route {
  let opened: Promise<MachineForward> | undefined;
  let closed = false;

  /** After QEMU has released it, the port may belong to another program or another VM. */
  const forget = async (stale: Promise<MachineForward>) => {
    if (opened === stale) opened = undefined;
    const closed = stale.then(({ close }) => close());
    await log.attempt('Closing a direct port', closed);
  };
  return {
    async connect() {
      if (closed) throw new Error('the port is closed');
      opened ??= forward();
      const way = opened;
      try {
        return await dialWithin(await way, patienceMs);
      } catch (error) {
        if (!(error instanceof Error && error.name === 'AbortError')) await forget(way);
        return await tunnel();
      }
    },
    async close() {
      closed = true;
      if (opened) await forget(opened);
    },
  };
}

async function dialWithin(
  { host, port }: Pick<MachineForward, 'host' | 'port'>,
  timeoutMs: number,
): Promise<Socket> {
  const socket = dial({ host, port, noDelay: true, allowHalfOpen: true });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(timeoutMs) });
    return socket;
  } catch (error) {
    socket.on('error', () => {}).destroy();
    throw error;
  }
}

/** All connections use one route. */
export function plainRoute(connect: () => Promise<Duplex>): Route {
  return { connect, close: async () => {} };
}
