import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import koffi, { type KoffiFunc } from 'koffi';
import { EngineError } from '../../errors.ts';
import { unixAddress } from '../conmon/seqpacket.ts';

/*
 * Calls on descriptors for threads that do nothing else. They don't throw for usual results, because an
 * exception takes longer than the call.
 */

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const BACKLOG = 16;
const POLLFD_BYTES = 8;

const { EAGAIN, EINTR } = constants.errno;

/** What poll(2) waits for and finds. */
export const pollEvents = { readable: 1, writable: 4, broken: 0x18 } as const;

interface Calls {
  read: KoffiFunc<(fd: number, data: Buffer, size: number) => number | bigint>;
  write: KoffiFunc<(fd: number, data: Buffer, size: number) => number | bigint>;
  poll: KoffiFunc<(fds: Buffer, count: number, timeout: number) => number>;
  socket: KoffiFunc<(domain: number, type: number, protocol: number) => number>;
  bind: KoffiFunc<(fd: number, address: Buffer, length: number) => number>;
  listen: KoffiFunc<(fd: number, backlog: number) => number>;
  accept4: KoffiFunc<(fd: number, address: null, length: null, flags: number) => number>;
  gettid: KoffiFunc<() => number>;
}

let declared: Calls | undefined;

/** Declared once for each thread: koffi keeps each declaration. */
function calls(): Calls {
  if (declared !== undefined) return declared;
  const libc = koffi.load('libc.so.6');
  declared = {
    read: libc.func('int64_t read(int fd, void *data, size_t size)'),
    write: libc.func('int64_t write(int fd, const void *data, size_t size)'),
    poll: libc.func('int poll(void *fds, unsigned long count, int timeout)'),
    socket: libc.func('int socket(int domain, int type, int protocol)'),
    bind: libc.func('int bind(int fd, const void *address, uint32_t length)'),
    listen: libc.func('int listen(int fd, int backlog)'),
    accept4: libc.func('int accept4(int fd, void *address, void *length, int flags)'),
    gettid: libc.func('int gettid()'),
  };
  return declared;
}

/** How many bytes were moved; 0 at the end of a stream. 'later' if the descriptor isn't ready. */
export type Moved = number | 'later' | { readonly errno: number };

function moved(result: number | bigint): Moved {
  const length = Number(result);
  if (length >= 0) return length;
  const errno = koffi.errno();
  return errno === EAGAIN || errno === EINTR ? 'later' : { errno };
}

export const readInto = (fd: number, buffer: Buffer): Moved =>
  moved(calls().read(fd, buffer, buffer.length));

export const writeFrom = (fd: number, buffer: Buffer): Moved =>
  moved(calls().write(fd, buffer, buffer.length));

/** The ID by which the kernel knows the calling thread. */
export const threadId = (): number => calls().gettid();

/** The descriptors that one thread waits for. */
export class PollSet {
  #fds = Buffer.alloc(16 * POLLFD_BYTES);
  #count = 0;

  clear(): void {
    this.#count = 0;
  }

  /** Returns the place for `found`. */
  add(fd: number, events: number): number {
    if ((this.#count + 1) * POLLFD_BYTES > this.#fds.length) {
      this.#fds = Buffer.concat([this.#fds, Buffer.alloc(this.#fds.length)]);
    }
    const at = this.#count * POLLFD_BYTES;
    this.#fds.writeInt32LE(fd, at);
    this.#fds.writeInt16LE(events, at + 4);
    this.#fds.writeInt16LE(0, at + 6);
    this.#count += 1;
    return this.#count - 1;
  }

  /** Blocks the thread until a descriptor is ready, or until the time is over. */
  wait(milliseconds: number): void {
    calls().poll(this.#fds, this.#count, milliseconds);
  }

  found(place: number): number {
    return this.#fds.readInt16LE(place * POLLFD_BYTES + 6);
  }
}

/** A unix socket that listens at a path where no file is. Throws EngineError 'internal'. */
export function listenAt(path: string): number {
  const { socket, bind, listen } = calls();
  const address = unixAddress(path);
  const fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd >= 0 && bind(fd, address, address.length) === 0 && listen(fd, BACKLOG) === 0) return fd;
  const code = koffi.errno();
  if (fd >= 0) closeSync(fd);
  throw new EngineError('internal', `can't listen at ${path}: errno ${code}`);
}

/** The next connection. Undefined if there is none. */
export function acceptFrom(fd: number): number | undefined {
  const connection = calls().accept4(fd, null, null, SOCK_NONBLOCK | SOCK_CLOEXEC);
  return connection < 0 ? undefined : connection;
}
