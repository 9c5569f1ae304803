import { Readable } from 'node:stream';
import { EngineError } from '../../errors.ts';
import { SeqpacketSocket } from './seqpacket.ts';

/** conmon reads stdin in pieces of up to 32 KiB and drops what a larger packet has beyond. */
const STDIN_PACKET = 16 * 1024;
/** conmon sends at most 8 KiB of output a packet, and a byte before it. */
const READ_BUFFER = 64 * 1024;
/** Packets that are kept for a reader. */
const KEPT_PACKETS = 32;

export interface OutputPacket {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Buffer;
}

/** One client's connection to the streams of a process. */
export interface Attachment {
  /** OutputPackets in order; ends when the process has ended and all its output was read. */
  readonly output: Readable;
  /** Sends input; resolves when the process's side has taken it, which is the back-pressure. */
  write(data: Buffer): Promise<void>;
  /** No more input: the process reads end of file once it has read what was written. */
  end(): void;
  close(): void;
}

/**
 * One client's connection to conmon's attach socket. It is a SOCK_SEQPACKET socket whose packet
 * borders matter: each packet begins with a byte that says stdout (2) or stderr (3).
 *
 * When a process ends without having read its input, conmon closes the socket with that input in
 * it. Writing then fails, while there are packets left to read.
 */
export class AttachSocket implements Attachment {
  /** Packets in order; ends when the process has ended and all its output was read. */
  readonly output: Readable;
  readonly #socket: SeqpacketSocket;
  readonly #buffer = Buffer.alloc(READ_BUFFER);
  #reading = false;
  /** Writes that found no room; each tries again. */
  readonly #waiting = new Set<() => void>();
  #closed = false;

  constructor(path: string) {
    this.#socket = new SeqpacketSocket(path);
    this.output = new Readable({
      objectMode: true,
      highWaterMark: KEPT_PACKETS,
      read: () => this.#receive(),
      destroy: (error, done) => {
        this.#release();
        done(error);
      },
    });
    // A process may end before anybody reads its output.
    this.#receive();
  }

  /** To a process that may just have ended, which is undefined: conmon takes its socket with it. */
  static ofRunning(path: string): AttachSocket | undefined {
    try {
      return new AttachSocket(path);
    } catch (error) {
      if (error instanceof EngineError && error.code === 'not-found') return undefined;
      throw error;
    }
  }

  /**
   * Sends input; resolves when conmon's socket has taken it, which is the back-pressure. The next
   * call has to wait for that.
   */
  async write(data: Buffer): Promise<void> {
    for (let start = 0; start < data.length; ) {
      if (this.#closed) throw new Error('the process has no input any more');
      const packet = data.subarray(start, start + STDIN_PACKET);
      if (this.#socket.send(packet) === 'sent') start += packet.length;
      else await this.#room();
    }
  }

  /** No more input: the process reads end of file once it has read what was written. */
  end(): void {
    this.#socket.endSending();
  }

  close(): void {
    this.output.destroy();
  }

  /** Hands out what has arrived, up to what the reader wants. */
  #receive(): void {
    this.#reading = false;
    for (let count = 0; count < KEPT_PACKETS; count += 1) {
      const length = this.#socket.receive(this.#buffer);
      if (length === 'none-yet') break;
      if (length === 'end') {
        this.output.push(null);
        return;
      }
      if (!this.output.push(packetIn(this.#buffer, length))) return;
    }
    this.#reading = true;
    this.#watch();
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      this.#watch();
    });
  }

  #watch(): void {
    const interest = { readable: this.#reading, writable: this.#waiting.size > 0 };
    this.#socket.wait(interest, () => {
      if (this.#closed) return;
      this.#retryWrites();
      if (this.#reading) this.#receive();
    });
  }

  #retryWrites(): void {
    for (const retry of this.#waiting) retry();
    this.#waiting.clear();
  }

  #release(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
    this.#retryWrites();
  }
}

function packetIn(buffer: Buffer, length: number): OutputPacket {
  return {
    stream: buffer[0] === 3 ? 'stderr' : 'stdout',
    data: Buffer.from(buffer.subarray(1, length)),
  };
}
