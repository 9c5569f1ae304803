import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { endGently, separateHalves } from '../../../guest-agent/contract/connection-halves.ts';
import type { Description } from './description.ts';

/** A socket in front of an engine's socket. It reads the traffic and doesn't change it. */
export interface Recorder {
  readonly socket: string;
  /** Answers that don't match the description, each only once. */
  violations(): readonly string[];
  stop(): Promise<void>;
}

/** Longer documents pass unchecked. */
const MAX_BYTES = 4 * 1024 * 1024;

export async function startRecorder(
  socket: string,
  engine: string,
  description: Description | undefined,
): Promise<Recorder> {
  const violations = new Set<string>();

  const look = (asked: IncomingMessage, answer: IncomingMessage, text: string) => {
    const method = asked.method ?? 'GET';
    const url = new URL(asked.url ?? '/', 'http://engine');
    const path = url.pathname.replace(/^\/v\d+\.\d+/, '');
    const status = answer.statusCode ?? 0;
    for (const body of documents(text)) {
      for (const wrong of description?.check({ method, path, status, body }) ?? []) {
        violations.add(wrong.replaceAll(/\/\d+(?=[/ ])/g, '/*').replaceAll(identifier, '{id}'));
      }
    }
  };

  const forward = (asked: IncomingMessage, reply: ServerResponse) => {
    const { method, url: path, headers } = asked;
    const outgoing = request({ socketPath: engine, method, path, headers });
    outgoing.on('error', () => reply.destroy());
    reply.on('close', () => outgoing.destroy());
    outgoing.on('response', (answer) => {
      reply.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
      reply.flushHeaders();
      const chunks: Buffer[] = [];
      let length = 0;
      const isJson = answer.headers['content-type'] === 'application/json';
      answer.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (isJson && length <= MAX_BYTES) chunks.push(chunk);
      });
      answer.on('end', () => {
        if (isJson && length <= MAX_BYTES) look(asked, answer, Buffer.concat(chunks).toString());
      });
      answer.on('error', () => reply.destroy());
      answer.pipe(reply);
    });
    asked.pipe(outgoing);
  };

  const server = createServer({ requestTimeout: 0 }, forward);
  server.on('upgrade', (asked, client, head) => tunnel(asked, client, head, engine));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  return {
    socket,
    violations: () => [...violations].sort(),
    stop: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/**
 * A connection that switches from HTTP to another protocol. Passes its bytes on in both directions.
 */
function tunnel(asked: IncomingMessage, client: Duplex, head: Buffer, engine: string): void {
  const server = connect({ path: engine, allowHalfOpen: true });
  const lines = [`${asked.method} ${asked.url} HTTP/${asked.httpVersion}`];
  for (let i = 0; i < asked.rawHeaders.length; i += 2) {
    lines.push(`${asked.rawHeaders[i]}: ${asked.rawHeaders[i + 1]}`);
  }
  server.write(`${lines.join('\r\n')}\r\n\r\n`);
  server.write(head);
  for (const socket of [client, server]) separateHalves(socket);
  client.pipe(server).pipe(client);
  client.on('error', () => server.destroy());
  server.on('error', () => client.destroy());
  server.on('close', () => endGently(client));
  client.on('close', () => server.destroy());
}

/**
 * One document, or one per line. Empty if the text isn't valid JSON, which the client will report.
 */
function documents(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return text.split('\n').flatMap((line) => {
      try {
        return line ? [JSON.parse(line)] : [];
      } catch {
        return [];
      }
    });
  }
}

const identifier = /\b[\da-f]{12,64}\b/g;
