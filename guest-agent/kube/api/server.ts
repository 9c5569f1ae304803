import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { writeTo } from '../../contract/stream-flow.ts';
import { KubeError, unknownPath } from '../kube-error.ts';
import type { Api, ApiRequest, Reply } from './api.ts';
import { readBody } from './body.ts';
import { checkRights } from './check-rights.ts';
import { discovery } from './discovery.ts';
import { dispatch, type Verb, verbOf } from './dispatch.ts';
import { openApi } from './openapi.ts';
import type { Rights } from './rights.ts';
import { errorStatus, type StatusSubject } from './status.ts';
import { upgrade } from './streams/upgrade.ts';
import { parseTarget, type Target } from './target.ts';
import { versionInfo } from './version-info.ts';

/** Sees a request before it is answered. Throws a refusal; false closes the connection instead. */
export type Gate = (request: ApiRequest, verb: Verb) => Promise<boolean>;

/** The rights of who sends these headers. Undefined if it may do everything. Throws a refusal. */
export type SignIn = (headers: IncomingHttpHeaders) => Rights | undefined;

/** Serves the Kubernetes API on servers that others own. */
export class KubeServer {
  readonly #api: Api;
  readonly #gate: Gate;
  readonly #signIn: SignIn;

  /** Without `signIn`, everybody may do everything. */
  constructor(
    api: Api,
    { signIn = () => undefined, gate = async () => true }: { signIn?: SignIn; gate?: Gate } = {},
  ) {
    this.#api = api;
    this.#signIn = signIn;
    this.#gate = gate;
  }

  /** Answers the requests of a server for HTTP or HTTPS. */
  attach(server: Server): void {
    server.on('request', (message, response) => this.handle(message, response));
    server.on('upgrade', (message, socket, head) => this.handleUpgrade(message, socket, head));
  }

  handle(message: IncomingMessage, response: ServerResponse): void {
    this.#serve(message, response).catch((error) => {
      this.#api.log(`answering ${message.method} ${pathOf(message)}`, error);
      response.destroy();
    });
  }

  handleUpgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#upgrade(message, socket, head).catch((error) => {
      this.#api.log(`answering ${message.method} ${pathOf(message)}`, error);
      socket.destroy();
    });
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const path = pathOf(message);
    let target: Target | undefined;
    try {
      target = parseTarget(path);
      const reply = await this.#answer(message, path, target, gone.signal);
      if (reply.kind === 'object') sendObject(response, reply);
      else await sendStream(response, reply);
    } catch (error) {
      if (gone.signal.aborted || message.socket.destroyed) return;
      this.#fail(message, response, error, target);
    } finally {
      message.resume();
    }
  }

  async #answer(
    message: IncomingMessage,
    path: string,
    target: Target | undefined,
    signal: AbortSignal,
  ): Promise<Reply> {
    const rights = this.#signIn(message.headers);
    if (target === undefined) {
      return unnamed(this.#api, path, String(message.headers.accept ?? ''));
    }
    const request = { ...requestOf(this.#api, message, target, signal), rights };
    const verb = verbOf(request);
    checkRights(request, verb);
    if (!(await this.#gate(request, verb))) {
      message.socket.destroy();
      throw new Error('The connection was dropped.');
    }
    return dispatch(this.#api, request, verb);
  }

  async #upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    const gone = new AbortController();
    socket.on('close', () => gone.abort());
    let target: Target | undefined;
    try {
      const rights = this.#signIn(message.headers);
      target = parseTarget(pathOf(message));
      if (target === undefined) throw unknownPath();
      const request = { ...requestOf(this.#api, message, target, gone.signal), rights };
      // Whatever the method: WebSocket clients use GET.
      checkRights(request, 'create');
      if (await this.#gate(request, 'create')) {
        await upgrade(this.#api, request, { message, socket, head });
      } else {
        socket.destroy();
      }
    } catch (error) {
      if (gone.signal.aborted) return;
      refuseUpgrade(socket, errorStatus(error, target && subjectOf(target)));
    }
  }

  #fail(
    message: IncomingMessage,
    response: ServerResponse,
    error: unknown,
    target: Target | undefined,
  ): void {
    const status = errorStatus(error, target && subjectOf(target));
    if (status.code >= 500) this.#api.log(`${message.method} ${pathOf(message)}`, error);
    if (response.headersSent) response.destroy();
    else {
      if (error instanceof KubeError && error.reason === 'TooManyRequests') {
        response.setHeader('Retry-After', '1');
      }
      sendObject(response, { kind: 'object', status: status.code, body: status });
    }
  }
}

function subjectOf({ resource, name }: Target): StatusSubject {
  const { group, kind, plural } = resource;
  return { group, kind, plural, ...(name === undefined ? {} : { name }) };
}

/** What isn't about an object. Throws KubeError 'NotFound'. */
function unnamed({ schemas }: Api, path: string, accept: string): Reply {
  if (path === '/version') return { kind: 'object', status: 200, body: versionInfo };
  if (['/healthz', '/livez', '/readyz'].includes(path)) {
    const chunks = (async function* () {
      yield 'ok';
    })();
    return { kind: 'stream', contentType: 'text/plain; charset=utf-8', chunks };
  }
  const body = discovery(path, accept) ?? openApi(schemas, path);
  if (body) return { kind: 'object', status: 200, body };
  throw unknownPath();
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.replace(/\?.*/s, '');
}

function requestOf(
  { schemas }: Api,
  message: IncomingMessage,
  target: Target,
  signal: AbortSignal,
): ApiRequest {
  const { method = 'GET', headers, url = '/' } = message;
  return {
    ...{ method, target, headers, signal },
    query: new URL(url, 'http://kubernetes').searchParams,
    body: () => readBody(message, schemas),
  };
}

/** Before a protocol is agreed on, an error is still an answer. */
function refuseUpgrade(socket: Duplex, status: ReturnType<typeof errorStatus>): void {
  const body = JSON.stringify(status);
  const head = [
    `HTTP/1.1 ${status.code} ${status.reason}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** The content type says what the body is, where the client asked for more than plain JSON. */
function typeOf(body: object): string {
  const { kind } = body as { kind?: unknown };
  if (kind === 'Table') return 'application/json;as=Table;v=v1;g=meta.k8s.io';
  if (kind === 'APIGroupDiscoveryList') {
    return 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  }
  return 'application/json';
}

/** Clients refuse answers with longer headers. Kubernetes cuts its warnings too. */
const MAX_WARNINGS = 30;
const MAX_WARNING = 256;

/** Headers are bytes, as latin1 characters. These are UTF-8. */
function warningHeader(warning: string): string {
  const text = warning.length > MAX_WARNING ? `${warning.slice(0, MAX_WARNING)}…` : warning;
  return Buffer.from(`299 - ${JSON.stringify(text)}`).toString('latin1');
}

function sendObject(
  response: ServerResponse,
  { status, body, warnings = [] }: Extract<Reply, { kind: 'object' }>,
): void {
  if (warnings.length > 0) {
    response.setHeader('Warning', warnings.slice(0, MAX_WARNINGS).map(warningHeader));
  }
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': typeOf(body),
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-cache, private',
  });
  response.end(text);
}

async function sendStream(
  response: ServerResponse,
  { contentType, chunks }: Extract<Reply, { kind: 'stream' }>,
): Promise<void> {
  response.writeHead(200, { 'Content-Type': contentType, 'Cache-Control': 'no-cache, private' });
  response.flushHeaders();
  for await (const chunk of chunks) await writeTo(response, chunk);
  response.end();
}
