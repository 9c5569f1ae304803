import { type IncomingMessage, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** What a stranger gets from the engine for one request. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly bytes: Buffer;
}

/** A request that has no whole answer in this time hangs. */
const DEADLINE_MS = 60_000;
/** More of an answer isn't read. */
const MAX_BYTES = 64 << 20;

export interface Ask {
  readonly method?: string;
  readonly path: string;
  readonly body?: Buffer | object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly deadline?: number;
}

/** Asks a server on a unix socket. Rejects if it hangs, or breaks the connection without an answer. */
export async function ask(socketPath: string, options: Ask): Promise<Answer> {
  const { method = 'GET', path, body, headers = {}, deadline = DEADLINE_MS } = options;
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const type = body instanceof Buffer ? 'application/x-tar' : 'application/json';
  const sent = request({
    ...{ socketPath, method, path },
    headers: { ...(body !== undefined && { 'content-type': type }), ...headers },
  });
  const done = new AbortController();
  sent.on('response', (response) => collect(response).then(resolve, reject));
  sent.on('error', reject);
  sent.end(body instanceof Buffer || body === undefined ? body : JSON.stringify(body));
  delay(deadline, undefined, { signal: done.signal }).then(
    () => reject(new Error(`${method} ${path} hangs: no whole answer after ${deadline} ms`)),
    () => 'answered in time',
  );
  try {
    return await promise;
  } finally {
    done.abort();
    sent.destroy();
  }
}

async function collect(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BYTES) break;
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  return { status: response.statusCode ?? 0, bytes, text: bytes.toString() };
}
