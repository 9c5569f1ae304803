import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { type Duplex, pipeline, Readable } from 'node:stream';
import { separateHalves } from '../../../guest-agent/contract/connection-halves.ts';
import { HostError } from '../errors.ts';
import type { EngineClient, Query, RequestOptions } from './client.ts';
import { errorOf, readText } from './reply.ts';
import { joinResponse } from './upgraded-stream.ts';

/** The Engine API version that Berth's own clients speak. */
export const ENGINE_API_VERSION = '1.44';

const RAW_STREAM = 'application/vnd.docker.raw-stream';

interface Answer {
  readonly response: IncomingMessage;
  /** Present when the connection left HTTP (status 101), with bytes that came after the headers. */
  readonly upgraded?: { readonly socket: Duplex; readonly head: Buffer };
}

/** The Docker Engine API over a unix socket, or over a named pipe on Windows. */
export function createEngineClient(socketPath: string): EngineClient {
  // Idle connections do not keep a process alive, so nobody has to close the agent.
  const agent = new Agent({ keepAlive: true });

  async function send(
    method: string,
    path: string,
    options: RequestOptions,
    upgrade: boolean,
  ): Promise<Answer> {
    const { body, signal } = options;
    if (signal?.aborted) throw cancelled(signal.reason);
    const text = body === undefined || body instanceof Readable ? undefined : JSON.stringify(body);
    const answer = await new Promise<Answer>((resolve, reject) => {
      const request = httpRequest({
        socketPath,
        agent: upgrade ? false : agent,
        method,
        path: `/v${ENGINE_API_VERSION}${path}${queryString(options.query)}`,
        headers: {
          host: 'berth',
          ...(text === undefined ? {} : { 'content-type': 'application/json' }),
          ...(upgrade ? { connection: 'Upgrade', upgrade: 'tcp' } : {}),
          ...options.headers,
        },
        ...(signal ? { signal } : {}),
      });
      request.once('response', (response) => resolve({ response }));
      request.once('upgrade', (response, socket, head) =>
        resolve({ response, upgraded: { socket, head } }),
      );
      request.once('socket', (socket) => {
        if (!socket.listeners('error').includes(ignore)) socket.on('error', ignore);
      });
      // Stays for the life of the request: an error after the reply shows on the reply as well.
      request.on('error', (cause: NodeJS.ErrnoException) => {
        // The engine closed an idle connection at the moment it was used again: not a failure.
        if (request.reusedSocket && cause.code === 'ECONNRESET' && !(body instanceof Readable)) {
          send(method, path, options, upgrade).then(resolve, reject);
        } else reject(signal?.aborted ? cancelled(cause) : notReached(cause));
      });
      // An error of the body destroys the request, which reports it.
      if (body instanceof Readable) pipeline(body, request, () => {});
      else request.end(text);
    });
    if ((answer.response.statusCode ?? 0) >= 400) throw await errorOf(answer.response);
    return answer;
  }

  const notReached = (cause: unknown) =>
    new HostError('connection', `the engine does not answer at ${socketPath}`, {
      hint: 'see `berth machine status`',
      cause,
    });

  return {
    async json<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
      const { response } = await send(method, path, options, false);
      const text = await readText(response).catch((cause: unknown) => {
        throw options.signal?.aborted ? cancelled(cause) : notReached(cause);
      });
      // An empty reply has no document: such calls are made with T = undefined or unknown.
      if (text.trim() === '') return undefined as T;
      try {
        return JSON.parse(text) as T;
      } catch (cause) {
        throw new HostError('engine', "the engine's reply is not JSON", { cause });
      }
    },

    async stream(method, path, options = {}) {
      return (await send(method, path, options, false)).response;
    },

    async hijack(path, options = {}) {
      const { response, upgraded } = await send('POST', path, options, true);
      const raw = response.headers['content-type'] === RAW_STREAM;
      // A process may end, and its connection with it, while it is being sent input.
      if (!upgraded) return { socket: separateHalves(joinResponse(response)), raw };
      if (upgraded.head.length > 0) upgraded.socket.unshift(upgraded.head);
      return { socket: separateHalves(upgraded.socket), raw };
    },
  };
}

/**
 * Between the last byte of a reply and the end of its reading, Node lets nobody hear of an abort:
 * without a listener it would end the process. Errors that matter show on the request.
 */
const ignore = () => {};

function cancelled(cause: unknown): HostError {
  return new HostError('cancelled', 'cancelled', { cause });
}

function queryString(query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    if (Array.isArray(value)) {
      for (const item of value) search.append(name, String(item));
      continue;
    }
    search.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  return search.size === 0 ? '' : `?${search}`;
}
