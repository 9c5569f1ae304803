import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/**
 * Connects a client that asks for a WebSocket or another protocol to a backend, which answers the
 * request itself. `head` is what the client has sent after the request. Calls `onFailure` if the
 * backend ends the connection without an answer.
 */
export function forwardUpgrade(
  request: IncomingMessage,
  client: Duplex,
  head: Buffer,
  backend: Duplex,
  forwarded: Readonly<Record<string, string>>,
  onFailure: () => void,
): void {
  let isAnswered = false;
  backend.once('data', () => {
    isAnswered = true;
  });
  const close = () => {
    if (isAnswered || client.destroyed) client.destroy();
    else onFailure();
  };
  backend.on('error', close).once('close', close);
  client.on('error', () => backend.destroy()).once('close', () => backend.destroy());
  backend.write(requestHead(request, forwarded), 'latin1');
  backend.write(head);
  client.pipe(backend).pipe(client);
}

/** The request as it was received, with other values of some headers. */
function requestHead(
  { method, url, rawHeaders }: IncomingMessage,
  changed: Readonly<Record<string, string>>,
): string {
  const kept = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 && !(name.toLowerCase() in changed)
      ? [`${name}: ${rawHeaders[index + 1]}`]
      : [],
  );
  const added = Object.entries(changed).map(([name, value]) => `${name}: ${value}`);
  return `${method} ${url} HTTP/1.1\r\n${[...kept, ...added].join('\r\n')}\r\n\r\n`;
}
