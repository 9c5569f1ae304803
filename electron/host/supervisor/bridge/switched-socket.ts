import type { Duplex } from 'node:stream';
import { loggerOf } from '../../base/log.ts';
import { type ForwardedSocket, forwardSocket } from './engine-socket.ts';

const log = loggerOf('bridge');

/** A socket on this computer that stays open while what is behind it changes. */
export interface SwitchedSocket {
  /**
   * From now on, connections are carried on by `open`; listens first when it does not yet. Closing
   * the result takes the socket away, unless another `open` has taken its place.
   */
  lead(open: () => Promise<Duplex>): Promise<ForwardedSocket>;
  /** A connection by what leads now. */
  open(): Promise<Duplex>;
}

export function createSwitchedSocket(path: string): SwitchedSocket {
  let leading: (() => Promise<Duplex>) | undefined;
  let listening: Promise<ForwardedSocket> | undefined;

  const open = async () => {
    if (!leading) throw new Error('nothing is behind the socket');
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
        // The next one tries again.
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
