import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createListener, type Server as NetServer, type Socket } from 'node:net';
import { type Duplex, Readable } from 'node:stream';
import { createWebSocketStream, WebSocketServer } from 'ws';
import type { ZodType } from 'zod';
import { agreeToHttp2 } from '../buildkit/grpc/upgrade.ts';
import { endGently, separateHalves } from '../contract/connection-halves.ts';
import { looksOnHeader } from '../contract/endpoints/activity.ts';
import { framedInputHeader, framedInputValue, readFramedInput } from '../contract/framed-input.ts';
import { writeTo } from '../contract/stream-flow.ts';
import { dropInput } from '../engine/containers/streams/streams.ts';
import { keepListener, keptListener } from '../runtime/kept-listener.ts';
import { closingHead, errorReply, responseHead, sendReply, writeWholeReply } from './reply.ts';
import { checkContentType, RequestBody, readJson, takeUpgradeBody } from './request-body.ts';
import { type ApiRequest, empty, type Reply, type Route } from './route.ts';
import { Router } from './router.ts';
import { apiError } from './status.ts';

/** Protocols to which a connection can be upgraded. */
const STREAMS = /^(tcp|websocket)$/i;
const HTTP2 = /^h2c$/i;
/** The endpoints whose clients mean it when they offer HTTP/2. */
const HTTP2_PATHS = /^(\/v[\d.]+)?\/(grpc|session)$/;
/** The first bytes of a connection that speaks HTTP/2 from its beginning. */
const HTTP2_PREFACE = Buffer.from('PRI * HTTP/2');
/** How long a client can take to send its first bytes. */
const FIRST_BYTES_MS = 60_000;

/** How many connections can wait to be accepted. Docker's, which is the kernel's default. */
const BACKLOG = 4096;

/** Docker's limit. Credentials for many registries and filters by many labels are long. */
const MAX_HEADER_BYTES = 1 << 20;

/** Serves the Engine API on a unix socket that only root may open. */
export class ApiServer {
  readonly #router: Router;
  readonly #server: Server;
  /** Accepts connections, of which `#server` gets those that speak HTTP/1.1. */
  readonly #listener: NetServer;
  readonly #sockets = new Set<Socket>();
  readonly #http2 = new Set<Socket>();
  readonly #webSockets = new WebSocketServer({ noServer: true });
  readonly #underWay = new Set<IncomingMessage>();
  #begun = 0;
  readonly #log: (message: string, cause?: unknown) => void;

  /** `serveHttp2` takes connections that speak HTTP/2 from their beginning. */
  constructor(
    routes: readonly Route[],
    log: (message: string, cause?: unknown) => void,
    serveHttp2: (socket: Duplex) => Promise<void> = async (socket) => {
      socket.destroy();
    },
  ) {
    this.#router = new Router(routes);
    this.#log = log;
    this.#server = createServer({
      // Attach and log streams stay open while the container runs.
      ...{ requestTimeout: 0, keepAliveTimeout: 60_000 },
      maxHeaderSize: MAX_HEADER_BYTES,
      shouldUpgradeCallback: ({ headers, url }) => meansUpgrade(headers.upgrade ?? '', url ?? ''),
    });
    this.#listener = createListener({ allowHalfOpen: true }, (socket) =>
      this.#accept(socket, serveHttp2),
    );
    // A failure while an error is being reported ends that connection, not the engine.
    this.#server.on('request', (message, response) => {
      this.#serve(message, response).catch((error) => {
        this.#log(`answering ${described(message)}`, error);
        response.destroy();
      });
    });
    this.#server.on('upgrade', (message, socket, head) => {
      this.#upgrade(message, socket, head).catch((error) => {
        this.#log(`answering ${described(message)}`, error);
        socket.destroy();
      });
    });
  }

  /** The number of active requests, except those that only watch. */
  get requests(): number {
    return this.#underWay.size + this.#http2.size;
  }

  /** The number of requests since the start, except those that only watch. */
  get requestsBegun(): number {
    return this.#begun;
  }

  async listen(path: string): Promise<void> {
    await rm(path, { force: true });
    await this.accept(path);
    await chmod(path, 0o600);
  }

  /**
   * Listens on a socket that outlives the engine (runtime/kept-listener), because containers mount
   * its file. `record` is the file about the socket. If the socket can't be kept, only these
   * containers notice.
   */
  async listenKept(path: string, record: string): Promise<void> {
    const kept = await keptListener(record, path).catch((error) => {
      this.#log('taking over the socket of the last start', error);
      return undefined;
    });
    if (kept !== undefined) return this.accept({ fd: kept });
    await this.listen(path);
    const handle: { readonly fd: number } | undefined = Reflect.get(this.#listener, '_handle');
    if (handle === undefined) return;
    await keepListener(handle.fd, path, record).catch((error) =>
      this.#log('keeping the socket', error),
    );
  }

  /** Like `listen`, also on a pipe, which isn't a file. */
  async accept(path: string | { readonly fd: number }): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#listener.once('error', reject);
      const place = typeof path === 'string' ? { path } : path;
      this.#listener.listen({ ...place, backlog: BACKLOG }, resolve);
    });
    this.#listener.on('error', (error) => this.#log('accepting connections', error));
  }

  /** Accepts no more requests and cuts off the active ones. */
  close(): void {
    this.#listener.close();
    this.#server.close();
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Looks at the first bytes of a connection, which say what it speaks. */
  #accept(socket: Socket, serveHttp2: (socket: Duplex) => Promise<void>): void {
    const failed = () => socket.destroy();
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.on('error', failed);
    socket.setTimeout(FIRST_BYTES_MS, failed);
    socket.once('readable', () => {
      const start: Buffer | null = socket.read();
      socket.setTimeout(0, failed);
      socket.off('timeout', failed);
      if (start === null) {
        // The client ended its half without a request.
        socket.destroy();
        return;
      }
      socket.unshift(start);
      if (!beginsHttp2(start)) {
        socket.off('error', failed);
        this.#server.emit('connection', socket);
        return;
      }
      this.#http2.add(socket);
      this.#begun += 1;
      socket.once('close', () => this.#http2.delete(socket));
      serveHttp2(socket).catch((error) => {
        this.#log('serving HTTP/2', error);
        socket.destroy();
      });
    });
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    let body: Readable | undefined;
    const open = () => {
      body ??= new RequestBody(message);
      return body;
    };
    try {
      const reply = await this.#handle(message, gone.signal, open, (schema) =>
        readJson(message, schema),
      );
      await sendReply(message, response, reply);
    } catch (error) {
      if (gone.signal.aborted || isDisconnect(error)) return;
      const { status, message: text } = this.#report(message, error);
      if (response.headersSent) response.destroy();
      else await sendReply(message, response, errorReply(status, text));
    } finally {
      body?.destroy();
      message.resume();
    }
  }

  async #upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // A reset ends HTTP/2 as a whole. In the other protocols, bytes may still be under way.
    if (!HTTP2.test(message.headers.upgrade ?? '')) separateHalves(socket);
    socket.on('error', () => socket.destroy());
    const gone = new AbortController();
    socket.on('close', () => gone.abort());
    let isStream = false;
    try {
      const length = Number(message.headers['content-length'] ?? 0);
      const body = await takeUpgradeBody(socket, head, length);
      const open = () => Readable.from([body]);
      const reply = await this.#handle(message, gone.signal, open, (schema) =>
        readJson(open(), schema),
      );
      if (reply.kind === 'websocket') {
        await this.#serveWebSocket(message, socket, reply.run);
        return;
      }
      if (reply.kind === 'stream') {
        // Node notices that a client has disconnected only while it reads the socket.
        dropInput(socket);
        for await (const chunk of reply.body) {
          if (!isStream) socket.write(closingHead(reply));
          isStream = true;
          if (chunk.length > 0) await writeTo(socket, chunk);
        }
        if (!isStream) socket.write(closingHead(reply));
        endGently(socket);
        return;
      }
      if (reply.kind === 'http2') {
        isStream = true;
        await agreeToHttp2(socket);
        await reply.run(socket);
        return;
      }
      if (reply.kind !== 'hijack') {
        writeWholeReply(socket, reply);
        return;
      }
      const isFramed = message.headers[framedInputHeader] === framedInputValue;
      socket.write(
        responseHead('101 UPGRADED', {
          'Content-Type': reply.contentType,
          Connection: 'Upgrade',
          Upgrade: 'tcp',
          ...(isFramed ? { 'Berth-Input': framedInputValue } : {}),
        }),
      );
      isStream = true;
      const client = isFramed ? readFramedInput(socket) : socket;
      await reply.run(client);
      endGently(client);
    } catch (error) {
      if (gone.signal.aborted || isDisconnect(error)) return;
      const { status, message: text } = this.#report(message, error);
      if (isStream) socket.destroy();
      else writeWholeReply(socket, errorReply(status, text));
    }
  }

  /** `ws` rejects a handshake that isn't valid. */
  #serveWebSocket(
    message: IncomingMessage,
    socket: Duplex,
    run: (socket: Duplex) => Promise<void>,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      socket.once('close', resolve);
      this.#webSockets.handleUpgrade(message, socket, Buffer.alloc(0), (client) => {
        const stream = createWebSocketStream(client);
        stream.on('error', () => client.terminate());
        run(stream).then(resolve, reject);
      });
    });
  }

  async #handle(
    message: IncomingMessage,
    signal: AbortSignal,
    openBody: () => Readable,
    readBody: <T>(schema: ZodType<T>) => Promise<T>,
  ): Promise<Reply> {
    if (message.method === 'OPTIONS') return empty(200);
    const target = message.url ?? '/';
    const url = new URL(/^https?:\/\//.test(target) ? target : `http://engine${target}`);
    const path = url.pathname.replaceAll(/\/{2,}/g, '/');
    if (path !== url.pathname) {
      return { kind: 'empty', status: 301, headers: { Location: path + url.search } };
    }
    const { route, params, version } = this.#router.find(message.method ?? 'GET', url.pathname);
    if (!onlyLooksOn(route, message) && !signal.aborted) {
      this.#begun += 1;
      this.#underWay.add(message);
      signal.addEventListener('abort', () => this.#underWay.delete(message));
    }
    const request: ApiRequest = {
      ...{ version, params, message, signal },
      query: url.searchParams,
      get body() {
        return openBody();
      },
      json: async (schema) => {
        checkContentType(message.headers['content-type']);
        return readBody(schema);
      },
    };
    return route.handle(request);
  }

  #report(message: IncomingMessage, error: unknown) {
    const answer = apiError(error);
    if (answer.status >= 500) this.#log(described(message), error);
    return answer;
  }
}

/** Some clients offer other protocols (TLS, HTTP/2) with each request and don't mean to use them. */
function meansUpgrade(protocol: string, url: string): boolean {
  return STREAMS.test(protocol) || (HTTP2.test(protocol) && HTTP2_PATHS.test(url));
}

/** The first bytes can arrive in pieces, but no method of HTTP/1.1 begins with the first three. */
function beginsHttp2(start: Buffer): boolean {
  const length = Math.min(start.length, HTTP2_PREFACE.length);
  return length >= 3 && start.subarray(0, length).equals(HTTP2_PREFACE.subarray(0, length));
}

function onlyLooksOn({ looksOn }: Route, { headers }: IncomingMessage): boolean {
  return looksOn === 'always' || (looksOn === 'when-said' && looksOnHeader in headers);
}

/** Whether the client disconnected during the reply, so that nobody can receive an error. */
function isDisconnect(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return ['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code);
}

/** For the log, without the query, in which addresses and build arguments can have secrets. */
function described({ method, url = '/' }: IncomingMessage): string {
  return `${method} ${url.replace(/\?.*/s, '')}`;
}
