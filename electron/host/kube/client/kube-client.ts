import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text as readText } from 'node:stream/consumers';
import { HostError } from '../../base/errors.ts';
import { parseJson } from '../../base/parse-json.ts';
import { pause } from '../../base/pause.ts';
import { codeOf } from '../../base/system-error.ts';
import type { KubeContext } from '../contexts/contexts.ts';
import { readStatus } from './api-error.ts';
import type { Endpoint, EndpointAccess } from './endpoint.ts';
import { notReached, refusal } from './explain.ts';

export type KubeQuery = Readonly<Record<string, string | number | boolean | undefined>>;

export interface KubeRequest {
  readonly query?: KubeQuery;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** The type of the body, which says what kind of patch it is. */
  readonly type?: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The API of one cluster. Waits and repeats a request if the cluster is too busy. Rejects with
 * KubeApiError for a refusal, and with HostError 'connection' if nothing answers.
 */
export interface KubeClient {
  readonly context: KubeContext;
  readonly endpoint: Endpoint;
  json(method: string, path: string, options?: KubeRequest): Promise<unknown>;
  /** For logs and watches. The caller destroys the answer. */
  stream(path: string, options?: KubeRequest): Promise<IncomingMessage>;
}

export interface KubeClientOptions {
  /** Called when a request waits because the cluster is too busy. */
  readonly onBusy?: (seconds: number) => void;
  /** Called with what the cluster says about a request that it accepts, once for each text. */
  readonly onWarning?: (text: string) => void;
  /** The longest wait for the head of an answer, and then for each part of its body. */
  readonly patienceMs?: number;
}

/** As client-go. */
const MOST_ATTEMPTS = 10;
const KEEP_ALIVE_MS = 30_000;
const LONGEST_PAUSE_SECONDS = 60;
const BUSY: readonly (number | undefined)[] = [429, 503];

export function createKubeClient(
  context: KubeContext,
  endpoint: Endpoint,
  { onBusy, onWarning, patienceMs = 60_000 }: KubeClientOptions = {},
): KubeClient {
  const warned = new Set<string>();

  async function send(method: string, path: string, options: KubeRequest) {
    const { signal } = options;
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      const access = await endpoint.access();
      const response = await open(method, path, options, access);
      const { statusCode = 0 } = response;
      for (const text of warningsIn(response)) {
        if (!warned.has(text)) onWarning?.(text);
        warned.add(text);
      }
      if (statusCode < 400) return response;
      const seconds = retryAfter(response);
      if (BUSY.includes(statusCode) && seconds !== undefined && attempt < MOST_ATTEMPTS) {
        response.resume();
        onBusy?.(seconds);
        await pause(seconds * 1000, signal ?? new AbortController().signal);
        continue;
      }
      throw await refused(response, access);
    }
  }

  function open(
    method: string,
    path: string,
    wanted: KubeRequest,
    access: EndpointAccess,
  ): Promise<IncomingMessage> {
    const { query, body, type, signal } = wanted;
    const { agent, socketPath, headers, tls } = access;
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const content = body === undefined ? undefined : JSON.stringify(body);
    const url = new URL(`${endpoint.server}${path}`);
    for (const [name, value] of Object.entries(query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const options: RequestOptions = {
      method,
      headers: {
        accept: 'application/json',
        'user-agent': 'berth',
        ...(content !== undefined && {
          'content-type': type ?? 'application/json',
          // Node sends no length with DELETE.
          'content-length': Buffer.byteLength(content),
        }),
        ...headers,
      },
      ...(agent && { agent }),
      ...(socketPath !== undefined && { socketPath }),
      ...(signal && { signal }),
      ...tls,
    };
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options);
    const late = setTimeout(() => request.destroy(tooLate("didn't answer")), patienceMs);
    // A watch or a log may be silent for long. The system notices if the other side is gone.
    request.once('socket', (socket) => socket.setKeepAlive(true, KEEP_ALIVE_MS));
    request.once('response', (response) => {
      clearTimeout(late);
      resolve(response);
    });
    // Stays for the life of the request: an error after the head also appears on the answer.
    request.on('error', (cause) => {
      clearTimeout(late);
      const isStale = request.reusedSocket && codeOf(cause) === 'ECONNRESET';
      // The server closed an idle connection just when it was reused.
      if (isStale && !signal?.aborted) {
        open(method, path, wanted, access).then(resolve, reject);
      } else reject(signal?.aborted ? cancelled(cause) : notReached(context, cause));
    });
    request.end(content);
    return promise;
  }

  /** The whole body. Rejects with HostError 'timeout' if nothing comes for too long. */
  async function readBody(response: IncomingMessage): Promise<string> {
    const stalled = () => response.destroy(tooLate('sent only the beginning of its answer'));
    let late = setTimeout(stalled, patienceMs);
    response.on('data', () => {
      clearTimeout(late);
      late = setTimeout(stalled, patienceMs);
    });
    try {
      return await readText(response);
    } finally {
      clearTimeout(late);
    }
  }

  function tooLate(what: string): HostError {
    const seconds = Math.round(patienceMs / 1000);
    return new HostError('timeout', `${context.server} ${what} within ${seconds} seconds`);
  }

  async function refused(response: IncomingMessage, { tls }: EndpointAccess) {
    const text = await readBody(response);
    const status = readStatus(parseJson(text));
    return refusal(context, response.statusCode ?? 0, text, status, tls.cert);
  }

  return {
    context,
    endpoint,
    async json(method, path, options = {}) {
      const response = await send(method, path, options);
      const text = await readBody(response).catch((cause: unknown) => {
        throw options.signal?.aborted ? cancelled(cause) : notReached(context, cause);
      });
      const value = parseJson(text);
      if (value !== undefined || text.trim() === '') return value;
      throw new HostError('engine', `the answer of ${context.server} isn't valid JSON`);
    },
    stream: (path, options = {}) => send('GET', path, options),
  };
}

function retryAfter({ headers }: IncomingMessage): number | undefined {
  const seconds = Number(headers['retry-after']);
  return headers['retry-after'] === undefined || !Number.isFinite(seconds)
    ? undefined
    : Math.min(Math.max(seconds, 0), LONGEST_PAUSE_SECONDS);
}

/** `299 - "text"`, several of which Node joins. */
function warningsIn({ headers }: IncomingMessage): string[] {
  const all = [headers.warning ?? []].flat().join();
  return [...all.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) =>
    text.replace(/\\(.)/g, '$1'),
  );
}

function cancelled(cause: unknown): HostError {
  return new HostError('cancelled', 'cancelled', { cause });
}
