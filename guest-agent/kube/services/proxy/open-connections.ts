import type { Socket } from 'node:net';
import type { Backend } from '../endpoints/service-endpoints.ts';

/** The open connections to backends, by address. */
export class OpenConnections {
  readonly #byAddress = new Map<string, Set<Socket>>();

  add({ address }: Pick<Backend, 'address'>, socket: Socket): void {
    const sockets = this.#byAddress.get(address) ?? new Set();
    this.#byAddress.set(address, sockets.add(socket));
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0 && this.#byAddress.get(address) === sockets) {
        this.#byAddress.delete(address);
      }
    });
  }

  /**
   * Resets the connections to an address that is gone: without its network namespace, nobody would
   * ever end them.
   */
  drop(address: string): void {
    const gone = Object.assign(new Error(`${address} is gone`), { code: 'EHOSTUNREACH' });
    for (const socket of this.#byAddress.get(address) ?? []) socket.destroy(gone);
  }

  dropAll(): void {
    for (const address of [...this.#byAddress.keys()]) this.drop(address);
  }
}
