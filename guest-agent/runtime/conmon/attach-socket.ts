import { Readable } from 'node:stream';
import { EngineError } from '../../errors.ts';
import { SeqpacketSocket } from './seqpacket.ts';

/** conmon reads stdin in pieces of up to 32 KiB and drops the rest of a larger packet. */
const STDIN_PACKET = 16 * 1024;
/** conmon sends at most 8 KiB of output per packet, after a type byte. */
const READ_BUFFER = 64 * 1024;
/** The number of packets to buffer for a reader. */
const KEPT_PACKETS = 32;

export interface OutputPacket {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Buffer;
}

/** A client's connection to the streams of a process. */
export interface Attachment {
  /** OutputPackets in order. Ends once the process has exited and all its output is read. */
  readonly output: Readable;
  /**
   * Sends input. Resolves when the process's side has accepted it, which provides back-pressure.
   */
  write(data: Buffer): Promise<void>;
  /** Ends the input: the process reads end of file after the bytes that were written. */
  end(): void;
  close(): void;
}

/**
 * A client's connection to conmon's attach socket. It is a SOCK_SEQPACKET socket, which keeps
 * packet boundaries: each packet begins with a byte for stdout (2) or stderr (3).
 *
 * If a process exits without reading its input, conmon closes the socket with unread input. Writes
 * then fail, while there are still packets to read.
 */
export class AttachSocket implements Attachment {
  /** Packets in order. Ends once the process has exited and all its output is read. */
  readonly output: Readable;
  readonly #socket: SeqpacketSocket;
  readonly #buffer = Buffer.alloc(READ_BUFFER);
  #reading = false;
  /** Writes that wait for space and try again. */
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
    // A process may exit before anything reads its output.
    this.#receive();
  }

  /**
   * Connects to a running process. Undefined if it has just exited, since conmon then removes its
   * socket.
   */
  static ofRunning(path: string): AttachSocket | undefined {
    try {
      return new AttachSocket(path);
    } catch (error) {
      if (error instanceof EngineError && error.code === 'not-found') return undefined;
      throw error;
    }
  }

  /**
   * Sends input. Resolves when conmon's socket has accepted it, which provides back-pressure. Wait
   * for that before the next call.
   */
  async write(data: Buffer): Promise<void> {
    for (let start = 0; start < data.length; ) {
      if (this.#closed) throw new Error('the process does not accept input any more');
      const packet = data.subarray(start, start + STDIN_PACKET);
      if (this.#socket.send(packet) === 'sent') start += packet.length;
      else await this.#room();
    }
  }

  /** Ends the input: the process reads end of file after the bytes that were written. */
  end(): void {
    this.#socket.endSending();
  }

  close(): void {
    this.output.destroy();
  }

  /** Passes received packets to the reader, up to the reader's limit. */
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
