import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly body?: Buffer | object;
  /** Takes over the connection, as attach and exec do. */
  readonly upgrade?: boolean;
}

/** A connection to the engine whose answer is only read when the caller wants it. */
export class Connection {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    // What broke is seen in `isOpen`.
    socket.on('error', () => socket.destroy());
  }

  /** Sends a request, and reads nothing. */
  static async open(path: string, request: RawRequest): Promise<Connection> {
    const socket = connect({ path });
    socket.pause();
    const connection = new Connection(socket);
    await once(socket, 'connect');
    socket.write(bytesOf(request));
    return connection;
  }

  /** Reads this number of bytes a second, until the engine ends the answer or `signal` aborts. */
  async readSlowly(bytesPerSecond: number, signal: AbortSignal): Promise<number> {
    let read = 0;
    const tenth = bytesPerSecond / 10;
    while (!signal.aborted && !this.#socket.destroyed && !this.#socket.readableEnded) {
      let left = tenth;
      for (let chunk = this.#take(left); chunk !== null; chunk = this.#take(left)) {
        read += chunk.length;
        left -= chunk.length;
        if (left <= 0) break;
      }
      await delay(100);
    }
    return read;
  }

  /** Reads everything. Resolves to whether the engine ends the connection in `patience` milliseconds. */
  async wasCutOff(patience: number): Promise<boolean> {
    if (this.#socket.destroyed) return true;
    const ended = Promise.race([once(this.#socket, 'end'), once(this.#socket, 'close')]);
    this.#socket.resume();
    return Promise.race([ended.then(() => true), delay(patience, false)]).finally(() => this.cut());
  }

  /** Breaks the connection at once. */
  cut(): void {
    this.#socket.destroy();
  }

  #take(most: number): Buffer | null {
    const size = Math.max(1, Math.min(most, this.#socket.readableLength));
    return this.#socket.read(Math.floor(size)) as Buffer | null;
  }
}

function bytesOf({ method = 'GET', path, body, upgrade }: RawRequest): Buffer {
  const bytes = body instanceof Buffer ? body : Buffer.from(body ? JSON.stringify(body) : '');
  const type = body instanceof Buffer ? 'application/x-tar' : 'application/json';
  const head = [
    `${method} ${path} HTTP/1.1`,
    'Host: engine',
    `Content-Length: ${bytes.length}`,
    ...(body === undefined ? [] : [`Content-Type: ${type}`]),
    ...(upgrade ? ['Connection: Upgrade', 'Upgrade: tcp'] : []),
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), bytes]);
}
