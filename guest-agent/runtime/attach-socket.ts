import { Socket, type SocketConstructorOpts } from 'node:net';
import { Readable } from 'node:stream';
import koffi from 'koffi';
import { EngineError } from '../errors.ts';

const AF_UNIX = 1;
const SOCK_SEQPACKET = 5;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const SUN_PATH_MAX = 107;
/** ENOENT and ECONNREFUSED: nobody listens there any more. */
const GONE: ReadonlySet<number> = new Set([2, 111]);

/** conmon reads stdin in pieces of up to 32 KiB and drops what a larger packet has beyond. */
const STDIN_PACKET = 16 * 1024;
/** conmon sends at most 8 KiB of output a packet, and a byte before it. */
const READ_BUFFER = 64 * 1024;

export interface OutputPacket {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Buffer;
}

/**
 * One client's connection to conmon's attach socket. It is a SOCK_SEQPACKET socket, which Node
 * has no API for, and whose packet borders matter: each begins with a byte that says stdout (2) or
 * stderr (3). So the socket is opened through libc and handed to Node's own pipe handle, which
 * reads one packet at a time and stops reading when `output` is full.
 */
export class AttachSocket {
  /** Packets in order; ends when the process has ended and all its output was read. */
  readonly output: Readable;
  readonly #socket: Socket;

  constructor(path: string) {
    const handle = pipeHandle(connectSeqpacket(path));
    const output = new Readable({
      objectMode: true,
      highWaterMark: 32,
      read: () => {
        this.#socket.resume();
      },
      destroy: (error, done) => {
        this.#socket.destroy();
        done(error);
      },
    });
    this.#socket = new Socket({
      handle,
      allowHalfOpen: true,
      onread: {
        buffer: Buffer.alloc(READ_BUFFER),
        callback: (length: number, buffer: Buffer) => {
          const packet: OutputPacket = {
            stream: buffer[0] === 3 ? 'stderr' : 'stdout',
            data: Buffer.from(buffer.subarray(1, length)),
          };
          return output.push(packet);
        },
      },
    } as unknown as SocketConstructorOpts);
    this.#socket.on('end', () => output.push(null));
    this.#socket.on('error', () => output.push(null));
    this.output = output;
    this.#socket.resume();
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
    for (let start = 0; start < data.length; start += STDIN_PACKET) {
      const packet = data.subarray(start, start + STDIN_PACKET);
      await new Promise<void>((resolve, reject) => {
        this.#socket.write(packet, (error) => (error ? reject(error) : resolve()));
      });
    }
  }

  /** No more input: the process reads end of file. */
  end(): void {
    this.#socket.end();
  }

  close(): void {
    this.output.destroy();
  }
}

function connectSeqpacket(path: string): number {
  const name = Buffer.from(path);
  if (name.length > SUN_PATH_MAX) {
    throw new EngineError('internal', `socket path longer than ${SUN_PATH_MAX} bytes: ${path}`);
  }
  const libc = koffi.load('libc.so.6');
  const socket = libc.func('int socket(int domain, int type, int protocol)');
  const connect = libc.func('int connect(int fd, const void *address, uint32_t length)');
  const close = libc.func('int close(int fd)');
  const fd: number = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const address = Buffer.alloc(2 + name.length + 1);
  address.writeUInt16LE(AF_UNIX, 0);
  name.copy(address, 2);
  if (fd < 0 || connect(fd, address, address.length) !== 0) {
    const code = koffi.errno();
    if (fd >= 0) close(fd);
    const reason = GONE.has(code) ? 'not-found' : 'internal';
    throw new EngineError(reason, `can't attach to the container: errno ${code} at ${path}`);
  }
  return fd;
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
