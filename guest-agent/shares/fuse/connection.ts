import { closeSync } from 'node:fs';
import { Frames } from '../../contract/fuse/frames.ts';
import { LARGEST_MESSAGE } from '../../contract/fuse/messages.ts';
import { readInto, writeFrom } from '../../runtime/files/descriptor-calls.ts';

const READ_BYTES = 1 << 20;

/** One connection to the server. No call blocks. */
export class Connection {
  readonly fd: number;
  readonly #frames = new Frames(LARGEST_MESSAGE);
  readonly #buffer: Buffer;
  #waiting: Buffer[] = [];
  waitingBytes = 0;
  isOver = false;
  /** The server has said hello. */
  isReady = false;

  constructor(fd: number, buffer: Buffer = Buffer.allocUnsafe(READ_BYTES)) {
    this.fd = fd;
    this.#buffer = buffer;
  }

  get wantsToWrite(): boolean {
    return this.#waiting.length > 0;
  }

  send(message: Buffer): void {
    this.#waiting.push(message);
    this.waitingBytes += message.length;
    if (this.#waiting.length === 1) this.flush();
  }

  /** Writes as much as the connection takes now. */
  flush(): void {
    while (!this.isOver) {
      const [first] = this.#waiting;
      if (!first) return;
      const moved = writeFrom(this.fd, first);
      if (moved === 'later') return;
      if (typeof moved === 'object') {
        this.isOver = true;
        return;
      }
      this.waitingBytes -= moved;
      if (moved < first.length) this.#waiting[0] = first.subarray(moved);
      else this.#waiting.shift();
    }
  }

  /** The messages that have arrived, valid until the next call. Throws BadFrame. */
  *receive(): Generator<Buffer, void, undefined> {
    const moved = readInto(this.fd, this.#buffer);
    if (moved === 'later') return;
    if (typeof moved === 'object' || moved === 0) this.isOver = true;
    else yield* this.#frames.take(this.#buffer.subarray(0, moved));
  }

  close(): void {
    this.isOver = true;
    closeSync(this.fd);
  }
}
