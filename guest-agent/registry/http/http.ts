import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { pipeline, Readable } from 'node:stream';
import { EngineError } from '../../errors.ts';
import { version } from '../../version.ts';
import { transportTo } from './transport.ts';

/** Nobody answered: the registry or the connection to it is down. Not used for error answers. */
export class UnreachableError extends EngineError {
  constructor(message: string, options?: { cause?: unknown }) {
    // Docker's status for this error is 500.
    super('internal', message, options);
    this.name = 'UnreachableError';
  }
}

export interface HttpRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  /** A function creates a new stream for every try. The length is in a header. */
  readonly body?: string | Uint8Array | (() => AsyncIterable<Uint8Array>);
  /** Accepts any certificate, and follows redirects from HTTPS to HTTP. */
  readonly insecure: boolean;
  readonly signal: AbortSignal;
}

/** The caller reads or destroys `body`. */
export interface HttpResponse {
  readonly url: URL;
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: IncomingMessage;
}

/**
 * For name lookup, TCP and TLS together. Short, since a user waits for the first sign of progress.
 */
const CONNECT_TIMEOUT_MS = 7_000;
/** A connection that is silent for this long is closed. */
const IDLE_TIMEOUT_MS = 30_000;
/** A registry checks an upload before it answers. */
const UPLOAD_TIMEOUT_MS = 300_000;
const MAX_REDIRECTS = 5;
/** A server that sends less than this in this time is given up. */
const LEAST_BYTES = 16 << 10;
const LEAST_BYTES_MS = 60_000;
/** For all of a small body. */
const BODY_TIMEOUT_MS = 60_000;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Sends one request and follows redirects. Credentials are only sent to their origin. Rejects with
 * UnreachableError if there is no connection, with EngineError 'unavailable' if the connection
 * breaks before the answer, and with AbortError.
 */
export async function send(url: URL, request: HttpRequest): Promise<HttpResponse> {
  let target = url;
  let headers = { ...request.headers };
  let { method, body: sent } = request;
  for (let hops = 0; ; hops++) {
    const body = await exchange(target, {
      ...{ insecure: request.insecure, signal: request.signal, headers },
      ...(method !== undefined && { method }),
      ...(sent !== undefined && { body: sent }),
    });
    const status = body.statusCode ?? 0;
    const location = body.headers.location;
    // An upload isn't sent again.
    const follow = request.method !== 'PUT' && REDIRECTS.has(status);
    if (!follow || location === undefined) {
      requireRate(body);
      return { url: target, status, headers: body.headers, body };
    }
    body.destroy();
    if (hops === MAX_REDIRECTS) throw failure(url, `stopped after ${hops} redirects`);
    const next = URL.parse(location, target.href);
    if (next === null || !/^https?:$/.test(next.protocol)) {
      throw failure(url, `redirected to an unusable address: ${location}`);
    }
    if (target.protocol === 'https:' && next.protocol === 'http:' && !request.insecure) {
      throw failure(url, `redirected from HTTPS to plain HTTP: ${next.host}`);
    }
    if (next.origin !== target.origin) {
      const { authorization: _, ...others } = headers;
      headers = others;
    }
    // As in RFC 9110, only these two repeat the method and the body.
    if (status !== 307 && status !== 308 && method === 'POST') {
      method = 'GET';
      sent = undefined;
    }
    // A body can be a secret, such as a refresh token.
    if (sent !== undefined && next.origin !== target.origin) {
      throw failure(url, `redirected a request with a body to another server: ${next.host}`);
    }
    target = next;
  }
}

/** Reads a small body. Rejects with EngineError 'invalid' if it exceeds `limit` bytes. */
export async function readBody(response: HttpResponse, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const timer = setTimeout(() => {
    response.body.destroy(new Error(`no whole answer after ${BODY_TIMEOUT_MS / 1000} s`));
  }, BODY_TIMEOUT_MS);
  try {
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) {
        throw new EngineError('invalid', `the answer of ${response.url.host} is too large`);
      }
      chunks.push(chunk);
    }
  } catch (cause) {
    throw cause instanceof EngineError ? cause : failure(response.url, words(cause), cause);
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks);
}

/** Ends an answer that comes too slowly. Time in which nobody reads it doesn't count. */
function requireRate(body: IncomingMessage): void {
  let before = body.socket.bytesRead;
  const timer = setInterval(() => {
    const received = body.socket.bytesRead - before;
    before += received;
    if (received >= LEAST_BYTES || body.readableLength > 0) return;
    const least = `${LEAST_BYTES >> 10} KiB in ${LEAST_BYTES_MS / 1000} s`;
    body.destroy(new Error(`the server sends less than ${least}`));
  }, LEAST_BYTES_MS);
  body.once('close', () => clearInterval(timer));
}

function exchange(url: URL, request: HttpRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const secure = url.protocol === 'https:';
  const { proxy, ...way } = transportTo(url);
  // As an option, because `setTimeout` applies only once connected: until then, the agent's five
  // seconds would count, and the error wouldn't say that nobody answered.
  const timeout = request.method === 'PUT' ? UPLOAD_TIMEOUT_MS : IDLE_TIMEOUT_MS;
  const options = {
    timeout,
    method: request.method ?? 'GET',
    headers: { 'user-agent': `berth/${version}`, ...request.headers },
    signal: request.signal,
    ...way,
  };
  const outgoing = secure
    ? https.request(url, { ...options, rejectUnauthorized: !request.insecure })
    : http.request(url, options);

  const connectTimer = setTimeout(() => {
    outgoing.destroy(Object.assign(new Error('i/o timeout'), { code: 'ETIMEDOUT' }));
  }, CONNECT_TIMEOUT_MS);
  outgoing.on('socket', (socket) => {
    const connected = () => clearTimeout(connectTimer);
    if (socket.connecting) socket.once(secure ? 'secureConnect' : 'connect', connected);
    else connected();
  });
  outgoing.on('timeout', () => outgoing.destroy(new Error('i/o timeout')));
  outgoing.on('response', resolve);
  outgoing.on('error', (cause) => {
    reject(request.signal.aborted ? request.signal.reason : connectionError(url, cause, proxy));
  });
  outgoing.on('close', () => clearTimeout(connectTimer));
  if (typeof request.body === 'function') {
    const source = Readable.from(request.body(), { objectMode: false });
    // A registry can answer and close before it has read everything. Only the answer counts.
    pipeline(source, outgoing, () => {});
    source.on('error', reject);
  } else outgoing.end(request.body);
  return promise;
}

/** Node's error codes if nobody answers. */
const UNREACHABLE = new Set([
  'EAI_AGAIN',
  'ENOTFOUND',
  'ECONNREFUSED',
  'ENETUNREACH',
  'ENETDOWN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ETIMEDOUT',
]);

function connectionError(
  url: URL,
  cause: NodeJS.ErrnoException,
  proxy: string | undefined,
): EngineError {
  const reason =
    proxy === undefined || isAboutTrust(cause)
      ? words(cause, url)
      : `proxyconnect tcp: ${proxyWords(cause, new URL(`http://${proxy}`))}`;
  const message = `Get "${url.origin}${url.pathname}": ${reason}`;
  return UNREACHABLE.has(cause.code ?? '') || isCutOff(cause)
    ? new UnreachableError(message, { cause })
    : new EngineError('unavailable', message, { cause });
}

function failure(url: URL, reason: string, cause?: unknown): EngineError {
  return new EngineError('unavailable', `Get "${url.origin}${url.pathname}": ${reason}`, { cause });
}

/**
 * Whether the proxy can't reach the server or broke the connection. A rejection by the proxy
 * doesn't count.
 */
function isCutOff({ code, message }: NodeJS.ErrnoException): boolean {
  return code === 'ERR_PROXY_TUNNEL' && !/HTTP\/1\.[01] 4\d\d/.test(message);
}

/**
 * Replaces Node's text about a proxy's rejection, which includes the proxy's whole address with the
 * password.
 */
function proxyWords(cause: NodeJS.ErrnoException, proxy: URL): string {
  if (cause.code !== 'ERR_PROXY_TUNNEL') return words(cause, proxy);
  return /HTTP\/1\.[01] \d+ ?(.*)$/.exec(cause.message)?.[1] || 'the proxy refused';
}

/** Docker's text for an error. */
function words(cause: unknown, url?: URL): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  const host = url?.host ?? '';
  switch (code) {
    case 'ENOTFOUND':
      return `dial tcp: lookup ${url?.hostname}: no such host`;
    case 'EAI_AGAIN':
      return `dial tcp: lookup ${url?.hostname}: the name can't be resolved at the moment`;
    case 'ECONNREFUSED':
      return `dial tcp ${host}: connect: connection refused`;
    case 'ENETUNREACH':
    case 'ENETDOWN':
      return `dial tcp ${host}: connect: network is unreachable`;
    case 'EHOSTUNREACH':
    case 'EHOSTDOWN':
      return `dial tcp ${host}: connect: no route to host`;
    case 'ETIMEDOUT':
      return `dial tcp ${host}: i/o timeout`;
    case 'ECONNRESET':
      return 'connection reset by peer';
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return PLAIN_ANSWER.test(message)
        ? 'http: server gave HTTP response to HTTPS client'
        : `tls: handshake failure: ${message}`;
    default:
      if (!isAboutTrust({ code })) return message;
      return `tls: failed to verify certificate: ${UNKNOWN_AUTHORITY.has(code ?? '') ? 'x509: certificate signed by unknown authority' : message}`;
  }
}

/** OpenSSL's words, which depend on its version, for an answer that isn't TLS. */
const PLAIN_ANSWER = /wrong version number|validate_record_header|packet length too long/i;

/** OpenSSL's codes for a certificate chain without a trusted authority. */
const UNKNOWN_AUTHORITY = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
]);

function isAboutTrust({ code = '' }: Pick<NodeJS.ErrnoException, 'code'>): boolean {
  return code.startsWith('ERR_TLS') || code.includes('CERT') || UNKNOWN_AUTHORITY.has(code);
}
