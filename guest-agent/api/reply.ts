import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { Duplex } from 'node:stream';
import { endGently } from '../contract/connection-halves.ts';
import { writeTo } from '../contract/stream-flow.ts';
import { version as berthVersion } from '../version.ts';
import { apiVersion } from './api-version.ts';
import type { Reply } from './route.ts';

const commonHeaders = {
  'Api-Version': apiVersion,
  'Docker-Experimental': 'false',
  Ostype: 'linux',
  Server: `Berth/${berthVersion} (linux)`,
};

export function errorReply(status: number, message: string): Reply {
  return status === 304 ? { kind: 'empty', status } : { kind: 'json', status, body: { message } };
}

export async function sendReply(
  message: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
): Promise<void> {
  switch (reply.kind) {
    case 'empty':
      response.writeHead(reply.status, { ...commonHeaders, ...reply.headers }).end();
      return;
    case 'json': {
      const body = JSON.stringify(reply.body);
      const headers = {
        ...commonHeaders,
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body) + 1,
        ...reply.headers,
      };
      response.writeHead(reply.status, headers).end(`${body}\n`);
      return;
    }
    case 'stream': {
      const headers = { ...commonHeaders, 'Content-Type': reply.contentType, ...reply.headers };
      // An empty chunk sends the headers immediately.
      for await (const chunk of reply.body) {
        if (!response.headersSent) {
          response.writeHead(200, headers);
          response.flushHeaders();
        }
        if (chunk.length > 0) await writeTo(response, chunk);
      }
      if (!response.headersSent) response.writeHead(200, headers);
      response.end();
      return;
    }
    case 'http2':
      await sendReply(message, response, errorReply(400, 'no upgrade proto in request'));
      return;
    case 'websocket':
      await sendReply(message, response, errorReply(400, 'websocket: the client asks for none'));
      return;
    case 'hijack':
      // A client that doesn't request an upgrade sends input as its body and reads the reply.
      response.writeHead(200, { ...commonHeaders, 'Content-Type': reply.contentType });
      response.flushHeaders();
      await reply.run(joined(message, response));
  }
}

/** If the client disconnects, the stream ends without an error: nobody would handle one. */
function joined(readable: IncomingMessage, writable: ServerResponse): Duplex {
  const stream = Duplex.from({ readable, writable });
  stream.on('error', () => stream.destroy());
  return stream;
}

/** Writes a complete reply to a request that asked for a stream and doesn't get one. */
export function writeWholeReply(socket: Duplex, reply: Reply): void {
  const body = reply.kind === 'json' ? `${JSON.stringify(reply.body)}\n` : '';
  const status = reply.kind === 'json' || reply.kind === 'empty' ? reply.status : 200;
  const head = responseHead(`${status} ${STATUS_CODES[status] ?? ''}`, {
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
  });
  socket.write(head + body);
  endGently(socket);
}

/** The head of a stream that ends with its connection. */
export function closingHead({ contentType, headers }: Reply & { kind: 'stream' }): string {
  return responseHead('200 OK', { 'Content-Type': contentType, Connection: 'close', ...headers });
}

export function responseHead(status: string, headers: Record<string, string>): string {
  const lines = Object.entries({ ...commonHeaders, ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  return `HTTP/1.1 ${status}\r\n${lines.join('\r\n')}\r\n\r\n`;
}
