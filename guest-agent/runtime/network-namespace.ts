import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import koffi, { type KoffiFunc } from 'koffi';
import { EngineError } from '../errors.ts';
import { settlesWithin } from './deadline.ts';

const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_STREAM = 1;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const CLONE_NEWNET = 0x40000000;
const IPV6_LOOPBACK = 15;
const { ECONNREFUSED, EINPROGRESS, EISCONN, ETIMEDOUT } = constants.errno;

interface NamespaceCalls {
  setns: KoffiFunc<(fd: number, type: number) => number>;
  socket: KoffiFunc<(domain: number, type: number, protocol: number) => number>;
  connect: KoffiFunc<(fd: number, address: Buffer, length: number) => number>;
}

let declared: NamespaceCalls | undefined;

/** Declared once: koffi keeps each declaration. */
function calls(): NamespaceCalls {
  const libc = declared ? undefined : koffi.load('libc.so.6');
  declared ??= {
    setns: libc?.func('int setns(int fd, int type)'),
    socket: libc?.func('int socket(int domain, int type, int protocol)'),
    connect: libc?.func('int connect(int fd, const void *address, uint32_t length)'),
  } as NamespaceCalls;
  return declared;
}

/** Milliseconds until a program that listens must accept. */
const DEADLINE = 30_000;

/**
 * Connects to a port on the loopback interface of a network namespace: over IPv4, or IPv6 if nothing
 * listens there. Resolves with the descriptor of the socket, which the caller closes. Rejects with
 * EngineError 'unavailable' if nothing listens.
 */
export async function connectInNamespace(namespace: string, port: number): Promise<number> {
  const first = await connectWith(namespace, AF_INET, ipv4Loopback(port));
  if (typeof first === 'object') return first.fd;
  const second = await connectWith(namespace, AF_INET6, ipv6Loopback(port));
  if (typeof second === 'object') return second.fd;
  const reason = first === ECONNREFUSED ? 'connection refused' : `errno ${first}`;
  throw new EngineError('unavailable', `dial tcp4 127.0.0.1:${port}: connect: ${reason}`);
}

/** The connected socket, or the number of the error. */
async function connectWith(
  namespace: string,
  family: number,
  address: Buffer,
): Promise<{ readonly fd: number } | number> {
  const fd = socketIn(namespace, family);
  const attempt = () => (calls().connect(fd, address, address.length) === 0 ? 0 : koffi.errno());
  let code = attempt();
  if (code === EINPROGRESS) {
    const isOver = await settlesWithin(untilWritable(fd), DEADLINE);
    // Once the kernel knows how it went, the same call says so.
    code = isOver ? attempt() : ETIMEDOUT;
  }
  if (code === 0 || code === EISCONN) return { fd };
  closeSync(fd);
  return code;
}

function untilWritable(fd: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const watch = koffi.node.poll(fd, { readable: false, writable: true }, () => {
    // The event loop must release a descriptor before another file can get its number.
    watch.close();
    // Node doesn't know about koffi's call, and would delay promises and ticks.
    setImmediate(resolve);
  });
  return promise;
}

/**
 * A socket belongs to the namespace in which it was created. The calls between the two changes of
 * this thread's namespace are synchronous, so no other code runs in the wrong one.
 */
function socketIn(namespace: string, family: number): number {
  const { setns, socket } = calls();
  const own = openSync('/proc/thread-self/ns/net', 'r');
  try {
    const other = openSync(namespace, 'r');
    try {
      if (setns(other, CLONE_NEWNET) !== 0) throw failed('setns', koffi.errno());
      const fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      const code = koffi.errno();
      // In another network, the agent would serve nobody.
      if (setns(own, CLONE_NEWNET) !== 0) process.abort();
      if (fd < 0) throw failed('socket', code);
      return fd;
    } finally {
      closeSync(other);
    }
  } finally {
    closeSync(own);
  }
}

const failed = (call: string, code: number) =>
  new EngineError(
    'internal',
    `can't open a connection in a network namespace: ${call}: errno ${code}`,
  );

/** `struct sockaddr_in` of 127.0.0.1. */
function ipv4Loopback(port: number): Buffer {
  const address = Buffer.alloc(16);
  address.writeUInt16LE(AF_INET, 0);
  address.writeUInt16BE(port, 2);
  address.set([127, 0, 0, 1], 4);
  return address;
}

/** `struct sockaddr_in6` of `::1`. */
function ipv6Loopback(port: number): Buffer {
  const address = Buffer.alloc(28);
  address.writeUInt16LE(AF_INET6, 0);
  address.writeUInt16BE(port, 2);
  address[8 + IPV6_LOOPBACK] = 1;
  return address;
}
