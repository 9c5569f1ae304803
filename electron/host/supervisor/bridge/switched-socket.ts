import type { Duplex } from 'node:stream';
import { type ForwardedSocket, forwardSocket } from './engine-socket.ts';

/** A host socket that stays open while its target changes. */
export interface SwitchedSocket {
  /**
   * Forwards connections with `open`; starts to listen if needed. Closing the result removes the
   * socket, unless another `open` has replaced this one.
   */
  lead(open: () => Promise<Duplex>): Promise<ForwardedSocket>;
  /** Connects with the current `open`. */
  open(): Promise<Duplex>;
  /** A counter that grows with each connection and each byte, in either direction. */
  readonly traffic: number;
}

export function createSwitchedSocket(path: string): SwitchedSocket {
  let leading: (() => Promise<Duplex>) | undefined;
  let listening: Promise<ForwardedSocket> | undefined;
  let past = 0;

  const open = async () => {
    if (!leading) throw new Error('the socket has no target');
    return leading();
  };
  const close = async () => {
    const socket = await listening?.catch(() => undefined);
    leading = undefined;
    listening = undefined;
    past += socket?.traffic ?? 0;
    traffic = () => 0;
    await socket?.close();
  };
  let traffic = () => 0;

  return {
    open,
    get traffic() {
      return past + traffic();
    },
    async lead(next) {
      leading = next;
      listening ??= forwardSocket(path, open).catch((error) => {
        // The next connection tries again.
        listening = undefined;
        throw error;
      });
      const socket = await listening;
      traffic = () => socket.traffic;
      return {
        get traffic() {
          return socket.traffic;
        },
        close: () => (leading === next ? close() : Promise.resolve()),
      };
    },
  };
}
