import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A client that has sent more than this isn't taken to another backend. */
const MAXIMUM_KEPT = 64 * 1024;

/** What a client has sent until a backend answers, so that another backend can get it too. */
export class ReplayedRequest {
  readonly #client: Duplex;
  readonly #kept: Buffer[] = [];
  #size = 0;

  constructor(client: Duplex) {
    this.#client = client;
  }

  /**
   * Sends the client's bytes to a backend until the backend answers or ends its half, until too
   * much was sent to repeat it, or until the client is gone. What either side sends from then on
   * waits in its stream. Rejects if the backend breaks off before that.
   */
  async sendTo(backend: Socket): Promise<void> {
    const client = this.#client;
    const settled = Promise.withResolvers<void>();
    const take = () => {
      for (let chunk = client.read(); chunk !== null; chunk = client.read()) {
        this.#kept.push(chunk);
        this.#size += chunk.length;
        backend.write(chunk);
        if (this.#size <= MAXIMUM_KEPT) continue;
        settled.resolve();
        break;
      }
    };
    const end = () => backend.end();
    const answered = () => settled.resolve();
    const brokeOff = (error: Error) => settled.reject(error);
    const closed = () => brokeOff(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
    for (const chunk of this.#kept) backend.write(chunk);
    // Reading with `readable` leaves the first bytes of the answer where they are.
    client.on('readable', take).once('end', end).once('close', answered);
    backend.once('readable', answered).once('error', brokeOff).once('close', closed);
    if (client.readableEnded) backend.end();
    else take();
    try {
      await settled.promise;
    } finally {
      client.off('readable', take).off('end', end).off('close', answered);
      backend.off('readable', answered).off('error', brokeOff).off('close', closed);
    }
  }
}
