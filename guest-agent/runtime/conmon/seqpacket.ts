import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import koffi, { type KoffiFunc, type node } from 'koffi';
import { EngineError } from '../../errors.ts';

const AF_UNIX = 1;
const SOCK_SEQPACKET = 5;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const MSG_NOSIGNAL = 0x4000;
const SHUT_WR = 1;
const SUN_PATH_MAX = 107;

const { ENOENT, ECONNREFUSED, ECONNRESET, EINTR, EAGAIN } = constants.errno;
/** Nothing listens on the socket any more. */
const GONE: ReadonlySet<number> = new Set([ENOENT, ECONNREFUSED]);

interface SocketCalls {
  socket: KoffiFunc<(domain: number, type: number, protocol: number) => number>;
  connect: KoffiFunc<(fd: number, address: Buffer, length: number) => number>;
  recv: KoffiFunc<(fd: number, data: Buffer, length: number, flags: number) => number | bigint>;
  send: KoffiFunc<(fd: number, data: Buffer, length: number, flags: number) => number | bigint>;
  shutdown: KoffiFunc<(fd: number, how: number) => number>;
}

let declared: SocketCalls | undefined;

/** Declared once: koffi keeps each declaration, and every attach and health check needs these. */
function calls(): SocketCalls {
  if (declared !== undefined) return declared;
  const libc = koffi.load('libc.so.6');
  declared = {
    socket: libc.func('int socket(int domain, int type, int protocol)'),
    connect: libc.func('int connect(int fd, const void *address, uint32_t length)'),
    recv: libc.func('int64_t recv(int fd, void *data, size_t length, int flags)'),
    send: libc.func('int64_t send(int fd, const void *data, size_t length, int flags)'),
    shutdown: libc.func('int shutdown(int fd, int how)'),
  };
  return declared;
}

/**
 * A connected SOCK_SEQPACKET socket, for which Node has no API. No call blocks: `receive` and
 * `send` report when they can't proceed, and `wait` calls back once they may. Node's event loop
 * watches the descriptor, so a connection needs no thread.
 */
export class SeqpacketSocket {
  readonly #fd: number;
  #watch: node.PollHandle | undefined;
  #closed = false;

  /** Throws EngineError 'not-found' if nothing listens at the path. */
  constructor(path: string) {
    const address = unixAddress(path);
    const { socket, connect } = calls();
    this.#fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (this.#fd >= 0 && connect(this.#fd, address, address.length) === 0) return;
    const code = koffi.errno();
    if (this.#fd >= 0) closeSync(this.#fd);
    const reason = GONE.has(code) ? 'not-found' : 'internal';
    throw new EngineError(reason, `can't attach to the container: errno ${code} at ${path}`);
  }

  /**
   * Reads the next packet into `buffer` and returns its length, 'none-yet', or 'end' if no more
   * will come.
   */
  receive(buffer: Buffer): number | 'none-yet' | 'end' {
    while (!this.#closed) {
      const length = Number(calls().recv(this.#fd, buffer, buffer.length, 0));
      if (length > 0) return length;
      if (length === 0) return 'end';
      const code = koffi.errno();
      if (code === EAGAIN) return 'none-yet';
      // The kernel reports a reset once, before the packets that arrived before the reset.
      if (code !== ECONNRESET && code !== EINTR) break;
    }
    return 'end';
  }

  /**
   * Sends one packet, or returns 'no-room-yet' if the peer must read first. Throws EngineError
   * 'internal' if the peer is gone.
   */
  send(packet: Buffer): 'sent' | 'no-room-yet' {
    for (;;) {
      if (this.#closed)
        throw new EngineError('internal', 'the connection to the container is closed');
      if (Number(calls().send(this.#fd, packet, packet.length, MSG_NOSIGNAL)) >= 0) return 'sent';
      const code = koffi.errno();
      if (code === EAGAIN) return 'no-room-yet';
      // The kernel reports a reset once. The next call shows whether the peer is gone.
      if (code !== ECONNRESET && code !== EINTR) {
        throw new EngineError('internal', `can't send input to the container: errno ${code}`);
      }
    }
  }

  /**
   * Calls back once when a packet or the end can be received, or when there is space to send. A new
   * call replaces the last one. A call without any interest ends the wait.
   */
  wait(interest: { readable: boolean; writable: boolean }, callback: () => void): void {
    if (this.#closed) return;
    if (!interest.readable && !interest.writable) {
      this.#watch?.stop();
      return;
    }
    const ready = () => {
      this.#watch?.stop();
      // Node doesn't know about koffi's call, and would delay promises and ticks.
      setImmediate(callback);
    };
    if (this.#watch) this.#watch.start(interest, ready);
    else this.#watch = koffi.node.poll(this.#fd, interest, ready);
  }

  /** Sends no more packets. */
  endSending(): void {
    // Fails only if the peer is gone. Then nobody needs to know.
    if (!this.#closed) calls().shutdown(this.#fd, SHUT_WR);
  }

  /** Idempotent. A pending callback still runs. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // The event loop must release a descriptor before another file can get its number.
    this.#watch?.close();
    closeSync(this.#fd);
  }
}

/** `struct sockaddr_un`. */
export function unixAddress(path: string): Buffer {
  const name = Buffer.from(path);
  if (name.length > SUN_PATH_MAX) {
    throw new EngineError('internal', `socket path longer than ${SUN_PATH_MAX} bytes: ${path}`);
  }
  const address = Buffer.alloc(2 + name.length + 1);
  address.writeUInt16LE(AF_UNIX, 0);
  name.copy(address, 2);
  return address;
}
