import { once } from 'node:events';
import { connect as dial, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { loggerOf } from '../../base/log.ts';
import type { MachineForward } from '../machine.ts';

const log = loggerOf('ports');

/** How connections get to one port in the guest. */
export interface Route {
  connect(): Promise<Duplex>;
  /** No more connections; those that are open stay. Does not reject. */
  close(): Promise<void>;
}

/** A connection within this computer takes no time, unless the hypervisor's queue is full. */
const patienceMs = 100;

/**
 * Connections take a port of the hypervisor, which `forward` opens with the first of them; where it
 * cannot, or has its hands full at the moment, they go through `tunnel`.
 */
export function directRoute(
  forward: () => Promise<MachineForward>,
  tunnel: () => Promise<Duplex>,
): Route {
  let opened: Promise<MachineForward> | undefined;
  let closed = false;

  /** The port may be another program's by now, or another machine's, once QEMU has let go of it. */
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

/** Connections all go one way. */
export function plainRoute(connect: () => Promise<Duplex>): Route {
  return { connect, close: async () => {} };
}
