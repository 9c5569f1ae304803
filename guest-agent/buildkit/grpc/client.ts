import type {
  ClientHttp2Session,
  ClientHttp2Stream,
  IncomingHttpHeaders,
  OutgoingHttpHeaders,
} from 'node:http2';
import {
  create,
  type DescMessage,
  type DescMethod,
  type DescMethodStreaming,
  type DescMethodUnary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import { writeTo } from '../../contract/stream-flow.ts';
import { frame, readFrames } from './frames.ts';
import { methodPath } from './method.ts';
import { readMessage } from './read-message.ts';
import { GrpcError, grpcCode, statusError } from './status.ts';

/** Values that accompany a call. A list becomes several headers of the same name. */
export type Metadata = Readonly<Record<string, string | readonly string[]>>;

/** Clients answer these calls themselves, or ask a credential helper or the user's agent. */
const UNARY_TIMEOUT_MS = 60_000;

/** Calls a method with one request and one answer. Throws GrpcError. */
export async function callUnary<I extends DescMessage, O extends DescMessage>(
  session: ClientHttp2Session,
  method: DescMethodUnary<I, O>,
  request: MessageInitShape<I>,
  signal: AbortSignal,
): Promise<MessageShape<O>> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(UNARY_TIMEOUT_MS)]);
  const exchange = openStream(session, methodPath(method), {}, limited);
  exchange.stream.end(frame(toBinary(method.input, create(method.input, request))));
  return onlyAnswer(decoded(exchange.messages(), method.output));
}

async function onlyAnswer<T>(answers: AsyncIterable<T>): Promise<T> {
  let answer: T | undefined;
  for await (const each of answers) answer = each;
  if (answer === undefined) throw new GrpcError(grpcCode.unavailable, 'the answer has no message');
  return answer;
}

/** Like `callUnary`, for an answer that may take as long as a build. */
export async function callWithoutDeadline<I extends DescMessage, O extends DescMessage>(
  session: ClientHttp2Session,
  method: DescMethod & { readonly input: I; readonly output: O },
  request: MessageInitShape<I>,
  signal: AbortSignal,
  metadata: Metadata = {},
): Promise<MessageShape<O>> {
  return onlyAnswer(answersTo(session, method, request, signal, metadata));
}

/** Calls a method with one request, without a deadline, and yields the answers. Throws GrpcError. */
export async function* answersTo<I extends DescMessage, O extends DescMessage>(
  session: ClientHttp2Session,
  method: DescMethod & { readonly input: I; readonly output: O },
  request: MessageInitShape<I>,
  signal: AbortSignal,
  metadata: Metadata = {},
): AsyncGenerator<MessageShape<O>> {
  const exchange = exchangeMessages(session, methodPath(method), method, metadata, signal);
  await exchange.send(request);
  exchange.end();
  yield* exchange.answers;
}

/** A call that both sides send messages on. */
export interface Exchange<I extends DescMessage, O extends DescMessage> {
  /** Waits while the other side reads more slowly. */
  send(request: MessageInitShape<I>): Promise<void>;
  /** Says that no more requests follow. */
  end(): void;
  /** The answers. Throws GrpcError if the call fails. */
  readonly answers: AsyncIterable<MessageShape<O>>;
}

export function callStreaming<I extends DescMessage, O extends DescMessage>(
  session: ClientHttp2Session,
  method: DescMethodStreaming<I, O>,
  metadata: Metadata,
  signal: AbortSignal,
): Exchange<I, O> {
  return exchangeMessages(session, methodPath(method), method, metadata, signal);
}

/**
 * Like `callStreaming`, for a method whose messages depend on the metadata: BuildKit's clients take
 * files or plain bytes under one path.
 */
export function exchangeMessages<I extends DescMessage, O extends DescMessage>(
  session: ClientHttp2Session,
  path: string,
  schemas: { readonly input: I; readonly output: O },
  metadata: Metadata,
  signal: AbortSignal,
): Exchange<I, O> {
  const { stream, messages } = openStream(session, path, metadata, signal);
  return {
    send: (request) =>
      writeTo(stream, frame(toBinary(schemas.input, create(schemas.input, request)))),
    end: () => stream.end(),
    answers: decoded(messages(), schemas.output),
  };
}

async function* decoded<O extends DescMessage>(
  messages: AsyncIterable<Uint8Array>,
  schema: O,
): AsyncGenerator<MessageShape<O>> {
  for await (const message of messages) yield readMessage(schema, message);
}

function openStream(
  session: ClientHttp2Session,
  path: string,
  metadata: Metadata,
  signal: AbortSignal,
) {
  signal.throwIfAborted();
  if (session.closed || session.destroyed) throw sessionGone();
  const headers: OutgoingHttpHeaders = {
    ...{ ':method': 'POST', ':scheme': 'http', ':authority': 'localhost', ':path': path },
    ...{ 'content-type': 'application/grpc', te: 'trailers' },
  };
  for (const [name, value] of Object.entries(metadata)) {
    headers[name] = typeof value === 'string' ? value : [...value];
  }
  const stream = session.request(headers, { signal });
  const trailers = collectTrailers(stream);
  let failure: Error | undefined;
  stream.on('error', (error) => {
    failure = error;
  });
  return {
    stream,
    messages: async function* () {
      try {
        yield* readFrames(stream);
      } catch (error) {
        signal.throwIfAborted();
        throw error instanceof GrpcError ? error : (said(trailers) ?? sessionGone(error));
      }
      signal.throwIfAborted();
      if (failure !== undefined) throw said(trailers) ?? sessionGone(failure);
      const error = statusError(trailers);
      if (error !== undefined) throw error;
    },
  };
}

/** The error with which the other side ended a call before it closed the stream. */
function said(trailers: IncomingHttpHeaders): GrpcError | undefined {
  return 'grpc-status' in trailers ? statusError(trailers) : undefined;
}

/** A call without answers has its trailers in the headers. */
function collectTrailers(stream: ClientHttp2Stream): IncomingHttpHeaders {
  const trailers: IncomingHttpHeaders = {};
  const collect = (headers: IncomingHttpHeaders) => {
    Object.assign(trailers, headers);
  };
  stream.on('response', collect);
  stream.on('trailers', collect);
  return trailers;
}

function sessionGone(cause?: unknown): GrpcError {
  return new GrpcError(grpcCode.unavailable, 'the client closed its session', { cause });
}
