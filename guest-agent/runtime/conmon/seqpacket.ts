import { closeSync } from 'node:fs';
import { Socket, type SocketConstructorOpts } from 'node:net';
import { constants } from 'node:os';
import koffi, { type KoffiFunc } from 'koffi';
import { EngineError } from '../../errors.ts';

const AF_UNIX = 1;
const SOCK_SEQPACKET = 5;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const F_DUPFD_CLOEXEC = 1030;
const MSG_DONTWAIT = 0x40;
const SHUT_WR = 1;
const SUN_PATH_MAX = 107;

const { ENOENT, ECONNREFUSED, ECONNRESET, EINTR } = constants.errno;
/** Nobody listens there any more. */
const GONE: ReadonlySet<number> = new Set([ENOENT, ECONNREFUSED]);

interface SocketCalls {
  socket: KoffiFunc<(domain: number, type: number, protocol: number) => number>;
  connect: KoffiFunc<(fd: number, address: Buffer, length: number) => number>;
  fcntl: KoffiFunc<(fd: number, command: number, value: number) => number>;
  recv: KoffiFunc<(fd: number, data: Buffer, length: number, flags: number) => number | bigint>;
  shutdown: KoffiFunc<(fd: number, how: number) => number>;
}

let declared: SocketCalls | undefined;

/** Declared once: koffi keeps what it declares, and each attach and health probe comes by here. */
function calls(): SocketCalls {
  if (declared !== undefined) return declared;
  const libc = koffi.load('libc.so.6');
  declared = {
    socket: libc.func('int socket(int domain, int type, int protocol)'),
    connect: libc.func('int connect(int fd, const void *address, uint32_t length)'),
    // Variadic in C; with integers alone it is called the same way.
    fcntl: libc.func('int fcntl(int fd, int command, int value)'),
    recv: libc.func('int64_t recv(int fd, void *data, size_t length, int flags)'),
    shutdown: libc.func('int shutdown(int fd, int how)'),
  };
  return declared;
}

/**
 * Connects a SOCK_SEQPACKET socket, which Node has no API for. Throws EngineError 'not-found' when
 * nobody listens at the path.
 */
export function connectSeqpacket(path: string): number {
  const address = unixAddress(path);
  const { socket, connect } = calls();
  const fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0 || connect(fd, address, address.length) !== 0) {
    const code = koffi.errno();
    if (fd >= 0) closeSync(fd);
    const reason = GONE.has(code) ? 'not-found' : 'internal';
    throw new EngineError(reason, `can't attach to the container: errno ${code} at ${path}`);
  }
  return fd;
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

/** The next packet that is already there, in `buffer`; its length, or 0 when there is none. */
export function receivePacket(fd: number, buffer: Buffer): number {
  for (;;) {
    const length = Number(calls().recv(fd, buffer, buffer.length, MSG_DONTWAIT));
    if (length >= 0) return length;
    // The kernel reports a reset once, in front of the packets that came before the reset.
    const code = koffi.errno();
    if (code !== ECONNRESET && code !== EINTR) return 0;
  }
}

/** No more packets will be sent on a socket, by whichever descriptor. */
export function endSending(fd: number): void {
  // Fails only when the other side is gone, and then there is nobody to tell.
  calls().shutdown(fd, SHUT_WR);
}

/**
 * A stream of Node's on a descriptor of its own for the same socket: an error of the stream closes
 * that descriptor alone.
 */
export function streamOver(fd: number, options: SocketConstructorOpts = {}): Socket {
  const copy = calls().fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) {
    throw new EngineError('internal', `can't attach to the container: errno ${koffi.errno()}`);
  }
  return new Socket({ ...options, handle: pipeHandle(copy) } as SocketConstructorOpts);
}

/** libuv's stream handle over any descriptor; `net.Socket({fd})` refuses all but SOCK_STREAM. */
function pipeHandle(fd: number): object {
  const { Pipe, constants } = (
    process as unknown as {
      binding(name: 'pipe_wrap'): {
        Pipe: new (type: number) => { open(fd: number): number };
        constants: { SOCKET: number };
      };
    }
  ).binding('pipe_wrap');
  const handle = new Pipe(constants.SOCKET);
  handle.open(fd);
  return handle;
}
