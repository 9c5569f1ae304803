import { closeSync } from 'node:fs';
import type { Socket, SocketConstructorOpts } from 'node:net';
import { Readable } from 'node:stream';
import { EngineError } from '../../errors.ts';
import { connectSeqpacket, endSending, receivePacket, streamOver } from './seqpacket.ts';

/** conmon reads stdin in pieces of up to 32 KiB and drops what a larger packet has beyond. */
const STDIN_PACKET = 16 * 1024;
/** conmon sends at most 8 KiB of output a packet, and a byte before it. */
const READ_BUFFER = 64 * 1024;

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
 * it. Writing then fails with EPIPE, and reading with ECONNRESET although there are packets left to
 * read. Node ends a stream at either error, so input and output have a stream each, and after an
 * error the remaining packets are read directly from the socket.
 */
export class AttachSocket implements Attachment {
  /** Packets in order; ends when the process has ended and all its output was read. */
  readonly output: Readable;
  readonly #fd: number;
  readonly #reader: Socket;
  #writer: Socket | undefined;
  #closed = false;

  constructor(path: string) {
    this.#fd = connectSeqpacket(path);
    const output = new Readable({
      objectMode: true,
      highWaterMark: 32,
      read: () => {
        this.#reader.resume();
      },
      destroy: (error, done) => {
        this.#release();
        done(error);
      },
    });
    const buffer = Buffer.alloc(READ_BUFFER);
    try {
      this.#reader = streamOver(this.#fd, {
        allowHalfOpen: true,
        onread: { buffer, callback: (length) => output.push(packetIn(buffer, length)) },
      } as SocketConstructorOpts);
    } catch (error) {
      closeSync(this.#fd);
      throw error;
    }
    this.#reader.on('end', () => output.push(null));
    this.#reader.on('error', () => {
      if (this.#closed) return;
      for (let length = receivePacket(this.#fd, buffer); length > 0; ) {
        output.push(packetIn(buffer, length));
        length = receivePacket(this.#fd, buffer);
      }
      output.push(null);
    });
    this.output = output;
    this.#reader.resume();
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

  /** Sends input; resolves when conmon's socket has taken it, which is the back-pressure. */
  async write(data: Buffer): Promise<void> {
    if (this.#closed) throw new Error('the process has no input any more');
    const writer = this.#input();
    for (let start = 0; start < data.length; start += STDIN_PACKET) {
      const packet = data.subarray(start, start + STDIN_PACKET);
      await new Promise<void>((resolve, reject) => {
        writer.write(packet, (error) => (error ? reject(error) : resolve()));
      });
    }
  }

  /** No more input: the process reads end of file once it has read what was written. */
  end(): void {
    if (!this.#closed) endSending(this.#fd);
  }

  close(): void {
    this.output.destroy();
  }

  #input(): Socket {
    if (this.#writer !== undefined) return this.#writer;
    this.#writer = streamOver(this.#fd, { readable: false });
    // Each write tells its caller.
    this.#writer.on('error', () => {});
    return this.#writer;
  }

  #release(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#reader.destroy();
    this.#writer?.destroy();
    closeSync(this.#fd);
  }
}

function packetIn(buffer: Buffer, length: number): OutputPacket {
  return {
    stream: buffer[0] === 3 ? 'stderr' : 'stdout',
    data: Buffer.from(buffer.subarray(1, length)),
  };
}
