import type { Duplex } from 'node:stream';
import { loggerOf } from '../../base/log.ts';
import { type ForwardedSocket, forwardSocket } from './engine-socket.ts';

const log = loggerOf('bridge');

/** A host socket that stays open while its target changes. */
export interface SwitchedSocket {
  /**
   * Forwards connections with `open`; starts to listen if needed. Closing the result removes the
   * socket, unless another `open` has replaced this one.
   */
  lead(open: () => Promise<Duplex>): Promise<ForwardedSocket>;
  /** Connects with the current `open`. */
  open(): Promise<Duplex>;
}

export function createSwitchedSocket(path: string): SwitchedSocket {
  let leading: (() => Promise<Duplex>) | undefined;
  let listening: Promise<ForwardedSocket> | undefined;

  const open = async () => {
    if (!leading) throw new Error('the socket has no target');
    return leading();
  };
  const close = async () => {
    const socket = listening && (await log.attempt('Closing a socket', listening));
    leading = undefined;
    listening = undefined;
    await socket?.close();
  };

  return {
    open,
    async lead(next) {
      leading = next;
      listening ??= forwardSocket(path, open).catch((error) => {
        // The next connection tries again.
        listening = undefined;
        throw error;
      });
      await listening;
      return {
        close: () => (leading === next ? close() : Promise.resolve()),
      };
    },
  };
}
