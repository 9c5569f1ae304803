import { closeSync } from 'node:fs';
import koffi from 'koffi';
import { unixAddress } from '../conmon/seqpacket.ts';

const libc = koffi.load('libc.so.6');
const socket = libc.func('int socket(int domain, int type, int protocol)');
const bind = libc.func('int bind(int fd, const void *address, uint32_t length)');
const listen = libc.func('int listen(int fd, int backlog)');
const accept = libc.func('int accept(int fd, void *address, void *length)');
const send = libc.func('int64_t send(int fd, const void *data, size_t length, int flags)');
const recv = libc.func('int64_t recv(int fd, void *data, size_t length, int flags)');

const AF_UNIX = 1;
const SOCK_SEQPACKET = 5;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;

/** A client attached to a simulated conmon. */
export interface AcceptedClient {
  /** Sends a packet. Throws if the client has no space or is gone. */
  send(stream: 'stdout' | 'stderr', text: string): void;
  /** The next packet of input. Empty at the end, undefined if none has arrived. */
  receive(): Buffer | undefined;
  /** Closes the connection, even with unread input. */
  close(): void;
}

/** Listens as conmon does on its attach socket, with calls that don't block. */
export function listenSeqpacket(path: string): { accept(): AcceptedClient; close(): void } {
  const listener = checked('socket', socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  const address = unixAddress(path);
  checked('bind', bind(listener, address, address.length));
  checked('listen', listen(listener, 10));
  return {
    accept() {
      const fd = checked('accept', accept(listener, null, null));
      return {
        send(stream, text) {
          const packet = Buffer.from(`${stream === 'stderr' ? '\x03' : '\x02'}${text}`);
          checked('send', Number(send(fd, packet, packet.length, MSG_DONTWAIT)));
        },
        receive() {
          const buffer = Buffer.alloc(64 * 1024);
          const length = Number(recv(fd, buffer, buffer.length, MSG_DONTWAIT));
          return length < 0 ? undefined : buffer.subarray(0, length);
        },
        close: () => closeSync(fd),
      };
    },
    close: () => closeSync(listener),
  };
}

function checked(call: string, result: number): number {
  if (result < 0) throw new Error(`${call}: errno ${koffi.errno()}`);
  return result;
}
