import type { Writable } from 'node:stream';

const HEAD = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';

/**
 * Accepts a client's upgrade to HTTP/2, whose frames come next. Resolves when the system has the
 * answer: Node's HTTP/2 ends the process if it takes over a socket with a write under way, as there is
 * on Windows.
 */
export function acceptHttp2(socket: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(HEAD, (error) => (error ? reject(error) : resolve()));
  });
}
