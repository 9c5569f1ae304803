import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  framedInputHeader,
  framedInputValue,
  readFramedInput,
} from '../../../../guest-agent/contract/framed-input.ts';
import { testSocket } from '../../../../guest-agent/testing/test-socket.ts';

/** A request as the server received it. */
export interface SeenRequest {
  readonly method: string;
  /** Without the version. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Parsed where it is said to be JSON, else its bytes; undefined for an empty body. */
  readonly body: unknown;
}

type Answer = (request: SeenRequest, response: ServerResponse) => void | Promise<void>;
type Upgrade = (socket: Duplex, request: SeenRequest) => void | Promise<void>;

/**
 * An HTTP server on a unix socket that answers only what a test scripts. It is for tests of the
 * client against an engine that misbehaves, or against an exact answer. Tests that need an engine
 * that works use the `FakeEngine`.
 */
export interface ScriptedEngine extends AsyncDisposable {
  readonly socketPath: string;
  readonly requests: readonly SeenRequest[];
  /** `route`: `POST /containers/create`. A later answer for the same route replaces the earlier. */
  answer(route: string, answer: Answer): void;
  /** Answers with a JSON document. */
  json(route: string, body: unknown, status?: number): void;
  /**
   * The handler takes the connection and writes the whole answer, headers too. If the client asked
   * for framed input, the connection reads it out of its frames, and the answer must say so.
   */
  upgrade(route: string, upgrade: Upgrade): void;
  /** From now on, requests are taken and never answered. */
  hang(): void;
  /** Breaks every connection and takes no more, as an engine that was killed. */
  vanish(): void;
}

export async function startScriptedEngine(): Promise<ScriptedEngine> {
  const directory = await mkdtemp(join(tmpdir(), 'berth-engine-'));
  const socketPath = testSocket(directory, 'engine');
  const requests: SeenRequest[] = [];
  const answers = new Map<string, Answer>();
  const upgrades = new Map<string, Upgrade>();
  const sockets = new Set<Duplex>();
  const server = createServer();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  let hangs = false;
  const respond = async (message: IncomingMessage, response: ServerResponse) => {
    if (hangs) return;
    const bytes = await buffer(message);
    const isJson = message.headers['content-type'] === 'application/json';
    const body = isJson ? JSON.parse(bytes.toString()) : bytes;
    const request = seen(message, bytes.length === 0 ? undefined : body);
    requests.push(request);
    const answer = answers.get(`${request.method} ${request.path}`) ?? notFound;
    await answer(request, response);
  };
  server.on('request', (message, response) => {
    // A client that hangs up in the middle of its request.
    respond(message, response).catch(() => response.destroy());
  });
  const switchProtocol = async (message: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (hangs) return;
    const length = Number(message.headers['content-length'] ?? 0);
    const request = seen(message, length > 0 ? await bodyOf(socket, head, length) : undefined);
    requests.push(request);
    const upgrade = upgrades.get(`${request.method} ${request.path}`);
    // HTTP/2 has frames of its own.
    const isFramed =
      message.headers.upgrade !== 'h2c' && message.headers[framedInputHeader] === framedInputValue;
    if (upgrade) await upgrade(isFramed ? readFramedInput(socket) : socket, request);
    else socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
  };
  server.on('upgrade', (message, socket, head) => {
    switchProtocol(message, socket, head).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const vanish = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return {
    socketPath,
    requests,
    vanish,
    hang() {
      hangs = true;
    },
    answer: (route, answer) => void answers.set(route, answer),
    json: (route, body, status = 200) =>
      void answers.set(route, (_, response) => sendJson(response, body, status)),
    upgrade: (route, upgrade) => void upgrades.set(route, upgrade),
    async [Symbol.asyncDispose]() {
      vanish();
      await rm(directory, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === undefined ? '' : JSON.stringify(body));
}

/**
 * The head of a reply that turns the connection into a stream. It grants framed input, which counts
 * only for a client that asked for it.
 */
export function upgradeHead(raw: boolean): string {
  const type = raw ? 'raw-stream' : 'multiplexed-stream';
  return [
    'HTTP/1.1 101 UPGRADED',
    `Content-Type: application/vnd.docker.${type}`,
    'Connection: Upgrade',
    'Upgrade: tcp',
    `${framedInputHeader}: ${framedInputValue}`,
    '\r\n',
  ].join('\r\n');
}

/** One frame of a multiplexed stream; 1 is stdout, 2 is stderr. */
export function frame(stream: 1 | 2 | 3, data: string | Buffer): Buffer {
  const bytes = Buffer.from(data);
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

function seen(message: IncomingMessage, body: unknown): SeenRequest {
  const url = new URL(message.url ?? '/', 'http://engine');
  return {
    method: message.method ?? '',
    path: url.pathname.replace(/^\/v[\d.]+/, ''),
    query: Object.fromEntries(url.searchParams),
    headers: message.headers,
    body,
  };
}

const notFound: Answer = ({ method, path }, response) =>
  sendJson(response, { message: `the test scripts no answer to ${method} ${path}` }, 404);

async function bodyOf(socket: Duplex, head: Buffer, length: number): Promise<unknown> {
  let bytes = head;
  while (bytes.length < length) {
    const chunk: Buffer | null = socket.read();
    if (chunk) bytes = Buffer.concat([bytes, chunk]);
    else await new Promise((resolve) => socket.once('readable', resolve));
  }
  if (bytes.length > length) socket.unshift(bytes.subarray(length));
  return JSON.parse(bytes.subarray(0, length).toString());
}
