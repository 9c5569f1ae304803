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
/** Nobody listens there any more. */
const GONE: ReadonlySet<number> = new Set([ENOENT, ECONNREFUSED]);

interface SocketCalls {
  socket: KoffiFunc<(domain: number, type: number, protocol: number) => number>;
  connect: KoffiFunc<(fd: number, address: Buffer, length: number) => number>;
  recv: KoffiFunc<(fd: number, data: Buffer, length: number, flags: number) => number | bigint>;
  send: KoffiFunc<(fd: number, data: Buffer, length: number, flags: number) => number | bigint>;
  shutdown: KoffiFunc<(fd: number, how: number) => number>;
}

let declared: SocketCalls | undefined;

/** Declared once: koffi keeps each declaration, and every attach and health probe needs these. */
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
 * A connected SOCK_SEQPACKET socket, which Node has no API for. No call blocks: `receive` and `send`
 * say when there is nothing to do yet, and `wait` calls back once there may be. Node's own event loop
 * watches the descriptor, so a connection takes no thread.
 */
export class SeqpacketSocket {
  readonly #fd: number;
  #watch: node.PollHandle | undefined;
  #closed = false;

  /** Throws EngineError 'not-found' when nobody listens at the path. */
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

  /** The length of the next packet, now in `buffer`; 'none-yet', or 'end' when no more will come. */
  receive(buffer: Buffer): number | 'none-yet' | 'end' {
    while (!this.#closed) {
      const length = Number(calls().recv(this.#fd, buffer, buffer.length, 0));
      if (length > 0) return length;
      if (length === 0) return 'end';
      const code = koffi.errno();
      if (code === EAGAIN) return 'none-yet';
      // The kernel reports a reset once, in front of the packets that came before the reset.
      if (code !== ECONNRESET && code !== EINTR) break;
    }
    return 'end';
  }

  /**
   * Sends one packet; 'no-room-yet' when the other side has to read first. Throws EngineError
   * 'internal' when the other side is gone.
   */
  send(packet: Buffer): 'sent' | 'no-room-yet' {
    for (;;) {
      if (this.#closed)
        throw new EngineError('internal', 'the connection to the container is closed');
      if (Number(calls().send(this.#fd, packet, packet.length, MSG_NOSIGNAL)) >= 0) return 'sent';
      const code = koffi.errno();
      if (code === EAGAIN) return 'no-room-yet';
      // The kernel reports a reset once; the next call says whether the other side is gone.
      if (code !== ECONNRESET && code !== EINTR) {
        throw new EngineError('internal', `can't send input to the container: errno ${code}`);
      }
    }
  }

  /**
   * Calls back once when a packet or the end can be received, or when there is room to send. A new
   * call replaces the last one, and no interest at all ends the waiting.
   */
  wait(interest: { readable: boolean; writable: boolean }, callback: () => void): void {
    if (this.#closed) return;
    if (!interest.readable && !interest.writable) {
      this.#watch?.stop();
      return;
    }
    const ready = () => {
      this.#watch?.stop();
      // Node doesn't know of koffi's call, and would leave promises and ticks for later.
      setImmediate(callback);
    };
    if (this.#watch) this.#watch.start(interest, ready);
    else this.#watch = koffi.node.poll(this.#fd, interest, ready);
  }

  /** No more packets will be sent. */
  endSending(): void {
    // Fails only when the other side is gone, and then there is nobody to tell.
    if (!this.#closed) calls().shutdown(this.#fd, SHUT_WR);
  }

  /** Idempotent. A callback that was already due still comes. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // The loop has to let go of a descriptor before another file may get its number.
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
