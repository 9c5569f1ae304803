import { Duplex } from 'node:stream';
import { dataFrame, FIN } from './frames.ts';
import type { Headers } from './header-block.ts';

/** Larger pieces would hold up the other streams of the connection. */
const MAX_PIECE = 64 << 10;
/** Bytes that may wait until somebody reads them. */
const MAX_WAITING = 4 << 20;

type Done = (error?: Error | null) => void;

/** One of the streams that share a connection. */
export class SpdyStream extends Duplex {
  readonly id: number;
  readonly headers: Headers;
  readonly #send: (frame: Buffer) => Promise<void>;
  #wake = () => {};

  constructor(id: number, headers: Headers, send: (frame: Buffer) => Promise<void>) {
    super({ allowHalfOpen: true });
    this.id = id;
    this.headers = headers;
    this.#send = send;
    this.on('error', () => this.destroy());
  }

  /** Takes what the peer sent. Resolves when there is room for more. */
  async receive(bytes: Buffer, isLast: boolean): Promise<void> {
    if (this.destroyed || this.readableEnded) return;
    if (bytes.length > 0) this.push(bytes);
    if (isLast) this.push(null);
    while (this.readableLength > MAX_WAITING && !this.destroyed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  override _read(): void {
    this.#wake();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: Done): void {
    this.#sendAll(chunk).then(() => done(), done);
  }

  override _final(done: Done): void {
    this.#send(dataFrame(this.id, FIN, Buffer.alloc(0))).then(() => done(), done);
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#wake();
    done(error);
  }

  async #sendAll(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length; at += MAX_PIECE) {
      await this.#send(dataFrame(this.id, 0, bytes.subarray(at, at + MAX_PIECE)));
    }
  }
}
