import { Readable } from 'node:stream';
import * as z from 'zod';
import { readJson } from '../../api/request-body.ts';
import { type ApiRequest, json, type Reply, type Route } from '../../api/route.ts';

/** A request that the engine received. */
export interface SeenRequest {
  readonly method: string;
  /** Without the API version. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: ApiRequest['message']['headers'];
  /** Aborts when the client goes away. */
  readonly signal: AbortSignal;
  /** The JSON document, once it has been read. */
  body: unknown;
}

/**
 * Replaces the engine's answer to a request. `hold` answers once its promise resolves. `reply` is
 * for features that the fake engine doesn't have, such as builds.
 */
export type Fault =
  | { readonly kind: 'fail'; readonly status: number; readonly message: string }
  | { readonly kind: 'reply'; readonly reply: (request: ApiRequest) => Reply }
  | { readonly kind: 'hang' }
  | { readonly kind: 'drop' }
  | { readonly kind: 'hold'; readonly until: Promise<unknown> };

/** Records all requests of an engine, and injects the faults that a test sets. */
export class Faults {
  readonly requests: SeenRequest[] = [];
  readonly #faults = new Set<{ matches: (request: SeenRequest) => boolean; fault: Fault }>();

  /**
   * From now on, requests such as `POST /containers/*\/start` fail, until the returned function is
   * called. `*` matches anything. The last fault that was injected counts.
   */
  inject(pattern: string, fault: Fault): () => void {
    const parts = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
    const expression = new RegExp(`^${parts.join('.*')}$`);
    const entry = {
      fault,
      matches: ({ method, path }: SeenRequest) => expression.test(`${method} ${path}`),
    };
    this.#faults.add(entry);
    return () => void this.#faults.delete(entry);
  }

  /** Answers requests with the test's own document. */
  answer(pattern: string, body: unknown, status = 200): () => void {
    return this.inject(pattern, { kind: 'reply', reply: () => json(body, status) });
  }

  /** Wraps a route so that its requests are recorded and can fail. */
  around(route: Route): Route {
    return { ...route, handle: (request) => this.#handle(route, request) };
  }

  async #handle(route: Route, request: ApiRequest): Promise<Reply> {
    const { message, query, signal } = request;
    const url = new URL(message.url ?? '', 'http://engine');
    const seen: SeenRequest = {
      method: message.method ?? '',
      path: decodeURIComponent(url.pathname.replace(/^\/v[\d.]+/, '')),
      query: Object.fromEntries(query),
      headers: message.headers,
      signal,
      body: undefined,
    };
    this.requests.push(seen);
    for (const { matches, fault } of [...this.#faults].reverse()) {
      const reply = matches(seen) ? await suffer(fault, request) : undefined;
      if (reply) return reply;
    }
    return route.handle({ ...request, json: (schema) => readNoted(request, seen, schema) });
  }
}

async function suffer(fault: Fault, request: ApiRequest): Promise<Reply | undefined> {
  const { message, signal } = request;
  switch (fault.kind) {
    case 'fail':
      return json({ message: fault.message }, fault.status);
    case 'reply':
      return fault.reply(request);
    case 'drop':
      message.socket.destroy();
      return gone(signal);
    case 'hang':
      return gone(signal);
    case 'hold':
      await fault.until;
      return undefined;
  }
}

/** Never resolves. Rejects when the client disconnects. */
async function gone(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
  throw signal.reason;
}

/** Reads the body as the engine does, and records it. */
async function readNoted<T>(
  request: ApiRequest,
  seen: SeenRequest,
  schema: z.ZodType<T>,
): Promise<T> {
  seen.body = await request.json(z.unknown());
  const text = seen.body === undefined ? '' : JSON.stringify(seen.body);
  return readJson(Readable.from(text === '' ? [] : [Buffer.from(text)]), schema);
}
