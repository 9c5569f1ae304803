import { markSentBefore } from '../../contract/fuse/messages.ts';
import type { KernelRequest } from './kernel-messages.ts';
import type { Node } from './node-table.ts';

/** A request that the server hasn't answered. */
export interface Outstanding {
  readonly message: Buffer;
  /** Undefined if nobody in the guest waits for the answer. */
  readonly kernel: Pick<KernelRequest, 'opcode' | 'unique'> | undefined;
  /** The nodes whose attributes may be old until the answer. */
  readonly changing: readonly Node[];
  /** Takes the answer, and returns the reply for the kernel. */
  readonly finish: (answer: Buffer) => Buffer;
  readonly at: number;
}

/** The requests of one mount that wait for the server, in the order in which they were made. */
export class OutstandingRequests {
  readonly #waiting = new Map<bigint, Outstanding>();

  add(unique: bigint, request: Outstanding): void {
    for (const node of request.changing) node.underWay += 1;
    this.#waiting.set(unique, request);
  }

  take(unique: bigint): Outstanding | undefined {
    const request = this.#waiting.get(unique);
    if (!request) return undefined;
    this.#waiting.delete(unique);
    for (const node of request.changing) node.underWay -= 1;
    return request;
  }

  /** Takes the request that the kernel knows by this number. */
  takeOf(kernelUnique: bigint): Outstanding | undefined {
    for (const [unique, { kernel }] of this.#waiting) {
      if (kernel?.unique === kernelUnique) return this.take(unique);
    }
    return undefined;
  }

  /** Everything again, for a new connection. The server knows requests that it has answered before. */
  messages(): Buffer[] {
    return [...this.#waiting.values()].map(({ message }) => message);
  }

  /** Call this when a connection is over: what was sent may have been done. */
  markAllSent(): void {
    for (const { message } of this.#waiting.values()) markSentBefore(message);
  }

  /** Takes the requests that are older than `before`. */
  takeOlder(before: number): Outstanding[] {
    return [...this.#waiting]
      .filter(([, { at }]) => at < before)
      .flatMap(([unique]) => this.take(unique) ?? []);
  }

  get size(): number {
    return this.#waiting.size;
  }
}
