import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { type Duplex, pipeline, Readable } from 'node:stream';
import { separateHalves } from '../../../../guest-agent/contract/connection-halves.ts';
import {
  framedInputHeader,
  framedInputValue,
  writeFramedInput,
} from '../../../../guest-agent/contract/framed-input.ts';
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
  /** Called when the whole request was sent. */
  readonly onSent: () => void;
}

interface Answer {
  readonly response: IncomingMessage;
  /** Present if the connection was upgraded (status 101), with the bytes after the headers. */
  readonly upgraded?: { readonly socket: Duplex; readonly head: Buffer };
}

export interface EngineClientOptions {
  /** The engine's VM, named in hints. */
  readonly machine?: string;
  /** Called once when a call waits because the engine doesn't answer at all. */
  readonly onSilent?: () => void;
  readonly patience?: Patience;
  /** Whether to ask the engine for framed input. By default, if the connection can't be half-closed. */
  readonly framesInput?: boolean;
}

/**
 * The Docker Engine API over a Unix socket, or a named pipe on Windows. The wait for the head of an
 * answer is limited: the call rejects with HostError 'timeout' if the engine is silent or exceeds
 * the limit in `answer-limit.ts`. After the head, a stream may be silent for any time.
 */
export function createEngineClient(
  socketPath: string,
  {
    machine,
    onSilent,
    patience = usualPatience,
    framesInput = isNamedPipe(socketPath),
  }: EngineClientOptions = {},
): EngineClient {
  // Idle connections don't keep the process alive, so the agent needs no closing.
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
          ...(upgrade && framesInput ? { [framedInputHeader]: framedInputValue } : {}),
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
      // Stays for the life of the request: an error after the reply also appears on the reply.
      request.on('error', (cause: NodeJS.ErrnoException) => {
        // The engine closed an idle connection just when it was reused. That isn't a failure.
        if (request.reusedSocket && cause.code === 'ECONNRESET' && !(body instanceof Readable)) {
          send(method, path, options, upgrade).then(resolve, reject);
        } else reject(signal?.aborted ? cancelled(cause) : notReached(cause));
      });
      // An error of the body destroys the request, which reports the error.
      if (body instanceof Readable) pipeline(body, request, () => {});
      else request.end(text);
    });
    if ((answer.response.statusCode ?? 0) >= 400) throw await errorOf(answer.response);
    return answer;
  }

  const notReached = (cause: unknown) =>
    new HostError('connection', `the engine doesn't answer at ${socketPath}`, {
      hint: 'Run `berth machine status` to check the VM.',
      cause,
    });

  let told = false;
  const tellOnce = () => {
    if (!told) onSilent?.();
    told = true;
  };
  const ping = (signal: AbortSignal) => pingSocket(socketPath, signal);

  /** Rejects if the engine is silent or exceeds the call's limit; stops when `over` aborts. */
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
      // The engine is alive, so don't suggest restarting the VM: that would interrupt its work.
      const message = `the engine didn't finish ${method} ${path} within ${minutes} minutes`;
      return new HostError('timeout', message);
    };
    const silent = async () => {
      await untilSilent(ping, tellOnce, patience, over);
      const hint = restartAdvice(machine);
      return new HostError('timeout', "the engine in the VM isn't answering", { hint });
    };
    throw await Promise.race([silent(), tooLong()]);
  }

  /** Runs a call until its answer arrives, and cancels it when its limit passes. */
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
      // Otherwise, the watch ended with the call.
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
      // An empty reply has no document; such calls use T = undefined or unknown.
      if (text.trim() === '') return undefined as T;
      try {
        return JSON.parse(text) as T;
      } catch (cause) {
        throw new HostError('engine', "the engine's reply isn't valid JSON", { cause });
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
      if (upgraded && upgraded.head.length > 0) upgraded.socket.unshift(upgraded.head);
      // The process may exit, and its connection close, while input is being sent.
      const socket = separateHalves(upgraded?.socket ?? joinResponse(response));
      // Other engines, and Berth's before this version, don't know frames.
      const isFramed = framesInput && response.headers[framedInputHeader] === framedInputValue;
      return { socket: isFramed ? writeFramedInput(socket) : socket, raw };
    },
  };
}

/**
 * Between the last byte of a reply and the end of its reading, Node reports an abort only here:
 * without a listener, the error would end the process. Real errors appear on the request.
 */
const ignore = () => {};

/** Whether this is a named pipe of Windows, which can't be half-closed. */
function isNamedPipe(path: string): boolean {
  return /^[\\/]{2}[.?][\\/]pipe[\\/]/i.test(path);
}

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
