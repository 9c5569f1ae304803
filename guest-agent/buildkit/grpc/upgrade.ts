import type { Duplex } from 'node:stream';

/**
 * Answers a request to continue with HTTP/2. HTTP/2 takes over the connection below its stream, so the
 * answer must have left: a write that is still pending then, as usual on Windows, would crash Node.
 */
export async function agreeToHttp2(socket: Duplex): Promise<void> {
  const head = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';
  await new Promise<void>((resolve, reject) => {
    socket.write(head, (error) => (error ? reject(error) : resolve()));
  });
}
