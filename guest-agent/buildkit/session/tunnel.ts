import { Duplex } from 'node:stream';
import type { BytesMessage } from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';

/** Bytes on the way to the client that don't fit into its window yet. */
const WAITING_CHUNKS = 16;

/**
 * A byte stream inside the messages of a gRPC call, which carries a whole HTTP/2 connection: how
 * clients without a second connection open a session.
 */
export class Tunnel extends Duplex {
  readonly #received: AsyncIterator<Pick<BytesMessage, 'data'>>;
  readonly #sending: { data: Uint8Array; done: () => void }[] = [];
  #wake: (() => void) | undefined;
  #ended = false;

  constructor(received: AsyncIterable<Pick<BytesMessage, 'data'>>) {
    super({ writableHighWaterMark: WAITING_CHUNKS << 14 });
    this.#received = received[Symbol.asyncIterator]();
  }

  /** The messages to send. */
  async *sent(): AsyncGenerator<{ data: Uint8Array }> {
    for (;;) {
      const next = this.#sending.shift();
      if (next !== undefined) {
        yield { data: next.data };
        next.done();
      } else if (this.#ended) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  override _read(): void {
    this.#received.next().then(
      ({ done, value }) => {
        if (done) this.push(null);
        else if (value.data.length > 0) this.push(value.data);
        else this._read();
      },
      (error: Error) => this.destroy(error),
    );
  }

  override _write(data: Buffer, _: BufferEncoding, done: () => void): void {
    this.#sending.push({ data, done });
    this.#wake?.();
  }

  override _final(done: () => void): void {
    this.#end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#end();
    done(error);
  }

  #end(): void {
    this.#ended = true;
    this.#wake?.();
  }
}
