import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { type Duplex, pipeline, Readable } from 'node:stream';
import { separateHalves } from '../../../../guest-agent/contract/connection-halves.ts';
import { awakeFor } from '../../base/awake-time.ts';
import { HostError } from '../../base/errors.ts';
import { restartAdvice } from '../../home/restart-advice.ts';
import { answerLimit } from './answer-limit.ts';
import type { EngineClient, Query, RequestOptions } from './client.ts';
import { pingSocket } from './ping-socket.ts';
import { errorOf, readText } from './reply.ts';
import { type Patience, untilSilent, usualPatience } from './silence.ts';
import { joinResponse } from './upgraded-stream.ts';

/** The Engine API version that Berth's own clients speak. */
export const ENGINE_API_VERSION = '1.44';

const RAW_STREAM = 'application/vnd.docker.raw-stream';

interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: Query | undefined;
}

interface AttendedOptions extends RequestOptions {
  /** Called when the whole request is on its way. */
  readonly onSent: () => void;
}

interface Answer {
  readonly response: IncomingMessage;
  /** Present when the connection left HTTP (status 101), with bytes that came after the headers. */
  readonly upgraded?: { readonly socket: Duplex; readonly head: Buffer };
}

export interface EngineClientOptions {
  /** The machine that the engine is in, for advice. */
  readonly machine?: string;
  /** Called once, when a call has to wait because the engine answers nothing at all. */
  readonly onSilent?: () => void;
  readonly patience?: Patience;
}

/**
 * The Docker Engine API over a unix socket, or over a named pipe on Windows. No call waits for ever
 * for the head of its answer: it rejects with HostError 'timeout' when the engine is silent, or
 * takes longer than `answer-limit.ts` has for the call. Streams may be silent for as long as they
 * like after that.
 */
export function createEngineClient(
  socketPath: string,
  { machine, onSilent, patience = usualPatience }: EngineClientOptions = {},
): EngineClient {
  // Idle connections do not keep a process alive, so nobody has to close the agent.
  const agent = new Agent({ keepAlive: true });

  async function send(
    method: string,
    path: string,
    options: AttendedOptions,
    upgrade: boolean,
  ): Promise<Answer> {
    const { body, signal, onSent } = options;
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
      request.once('finish', onSent);
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

  let told = false;
  const tellOnce = () => {
    if (!told) onSilent?.();
    told = true;
  };
  const ping = (signal: AbortSignal) => pingSocket(socketPath, signal);

  /** Rejects when the engine is silent, or takes longer than the call may; until `over` aborts. */
  async function lateness(
    { method, path, query }: Call,
    sent: Promise<void>,
    over: AbortSignal,
  ): Promise<never> {
    const limit = answerLimit(method, path, query);
    const tooLong = async () => {
      await sent;
      await awakeFor(limit ?? Number.POSITIVE_INFINITY, over);
      const minutes = Math.round((limit ?? 0) / 60_000);
      // The engine is alive: restarting the machine would end what it works on.
      const message = `the engine did not finish ${method} ${path} within ${minutes} minutes`;
      return new HostError('timeout', message);
    };
    const silent = async () => {
      await untilSilent(ping, tellOnce, patience, over);
      const hint = restartAdvice(machine);
      return new HostError('timeout', "the engine in the VM isn't answering", { hint });
    };
    throw await Promise.race([silent(), tooLong()]);
  }

  /** Does the work of a call until its answer is there; cuts it off when that comes too late. */
  async function attended<T>(
    call: Call,
    options: RequestOptions,
    work: (options: AttendedOptions) => Promise<T>,
  ): Promise<T> {
    const sent = Promise.withResolvers<void>();
    const over = new AbortController();
    const cut = new AbortController();
    const late = lateness(call, sent.promise, over.signal);
    late.catch((error: unknown) => {
      // Otherwise the watch has ended with the call.
      if (!over.signal.aborted) cut.abort(error);
    });
    const signal = options.signal ? AbortSignal.any([options.signal, cut.signal]) : cut.signal;
    const watched = { ...options, signal, onSent: sent.resolve };
    try {
      return await Promise.race([work(watched), late]);
    } finally {
      over.abort();
    }
  }

  return {
    async json<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
      const call = { method, path, query: options.query };
      const text = await attended(call, options, async (watched) => {
        const { response } = await send(method, path, watched, false);
        return readText(response).catch((cause: unknown) => {
          throw options.signal?.aborted ? cancelled(cause) : notReached(cause);
        });
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
      return attended({ method, path, query: options.query }, options, async (watched) => {
        const { response } = await send(method, path, watched, false);
        return response;
      });
    },

    async hijack(path, options = {}) {
      const call = { method: 'POST', path, query: options.query };
      const { response, upgraded } = await attended(call, options, (watched) =>
        send('POST', path, watched, true),
      );
      // From here on, the terminal belongs to the session.
      told = true;
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
