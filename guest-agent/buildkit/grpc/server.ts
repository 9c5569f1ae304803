import {
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Duplex } from 'node:stream';
import {
  create,
  type DescMessage,
  type DescMethodBiDiStreaming,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import { endWithPeer, writeTo } from '../../contract/stream-flow.ts';
import type { Exchange } from './client.ts';
import { frame, readFrames } from './frames.ts';
import { connectionTimes, fallsSilent } from './liveness.ts';
import { methodPath } from './method.ts';
import { readMessage } from './read-message.ts';
import { GrpcError, grpcCode, MAX_HEADER_BLOCK, statusTrailers } from './status.ts';

/** One call of a method. */
export interface Call {
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, where repeated headers are apart. */
  readonly rawHeaders: readonly string[];
  /** Aborts when the client cancels the call or disconnects. */
  readonly signal: AbortSignal;
}

/** A method that a server answers. */
export interface Method {
  readonly path: string;
  readonly serve: (stream: ServerHttp2Stream, call: Call) => Promise<void>;
}

export function unary<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  handle: (request: MessageShape<I>, call: Call) => Promise<MessageInitShape<O>>,
): Method {
  return {
    path: methodPath(method),
    serve: async (stream, call) => {
      const answer = await handle(await onlyRequest(method.input, stream), call);
      await send(stream, method.output, answer);
    },
  };
}

export function serverStreaming<I extends DescMessage, O extends DescMessage>(
  method: DescMethodServerStreaming<I, O>,
  handle: (request: MessageShape<I>, call: Call) => AsyncIterable<MessageInitShape<O>>,
): Method {
  return {
    path: methodPath(method),
    serve: async (stream, call) => {
      const request = await onlyRequest(method.input, stream);
      respond(stream);
      for await (const answer of handle(request, call)) await send(stream, method.output, answer);
    },
  };
}

export function bidirectional<I extends DescMessage, O extends DescMessage>(
  method: DescMethodBiDiStreaming<I, O>,
  handle: (
    requests: AsyncIterable<MessageShape<I>>,
    call: Call,
  ) => AsyncIterable<MessageInitShape<O>>,
): Method {
  return {
    path: methodPath(method),
    serve: async (stream, call) => {
      respond(stream);
      const answers = handle(requests(method.input, stream), call);
      for await (const answer of answers) await send(stream, method.output, answer);
    },
  };
}

/** What both sides of a call send at any time. */
export interface OpenCall extends Call {
  /** Sends the headers, and takes messages of these types. */
  open<I extends DescMessage, O extends DescMessage>(schemas: {
    readonly input: I;
    readonly output: O;
  }): Exchange<O, I>;
}

/** A method whose messages depend on the headers of the call. */
export function exchanging(path: string, handle: (call: OpenCall) => Promise<void>): Method {
  return {
    path,
    serve: (stream, call) =>
      handle({
        ...call,
        open: ({ input, output }) => {
          respond(stream);
          return {
            send: (answer) => send(stream, output, answer),
            // The end of the call ends the answers.
            end: () => {},
            answers: requests(input, stream),
          };
        },
      }),
  };
}

/** Large enough for a build's progress and for the session inside it, over a slow connection. */
const WINDOW_BYTES = 4 << 20;

/**
 * Serves gRPC on a connection, whose next bytes are HTTP/2's preface. Resolves when the connection
 * is closed. Closes the connection of a client that no longer answers.
 */
export async function serveGrpc(
  socket: Duplex,
  methods: ReadonlyMap<string, Method>,
  toError: (error: unknown) => GrpcError,
  times = connectionTimes,
): Promise<void> {
  endWithPeer(socket);
  const session = performServerHandshake(socket, {
    maxSendHeaderBlockLength: MAX_HEADER_BLOCK,
    settings: { initialWindowSize: WINDOW_BYTES, maxConcurrentStreams: 1000 },
  });
  // Go's clients say goodbye with a stream number that isn't valid, so every connection ends with
  // an error. The calls themselves report what matters.
  session.on('error', () => session.destroy());
  session.on('connect', () => session.setLocalWindowSize(WINDOW_BYTES));
  session.on('stream', (stream, headers, _, rawHeaders) =>
    serveCall(stream, { headers, rawHeaders }, methods, toError),
  );
  const over = new AbortController();
  const closed = new Promise<void>((resolve) => session.once('close', () => resolve()));
  session.once('close', () => over.abort());
  if (await fallsSilent(() => ping(session), times, over.signal)) session.destroy();
  await closed;
}

/** Resolves when the client answers a question of HTTP/2 itself. */
function ping(session: ServerHttp2Session): Promise<void> {
  return new Promise((resolve, reject) => {
    session.ping((error) => (error === null ? resolve() : reject(error)));
  });
}

function serveCall(
  stream: ServerHttp2Stream,
  request: Pick<Call, 'headers' | 'rawHeaders'>,
  methods: ReadonlyMap<string, Method>,
  toError: (error: unknown) => GrpcError,
): void {
  const gone = new AbortController();
  stream.on('close', () => gone.abort());
  // A failed stream closes, which aborts the call.
  stream.on('error', () => gone.abort());
  const path = request.headers[':path'] ?? '';
  const method = methods.get(path);
  const served =
    method === undefined
      ? Promise.reject(new GrpcError(grpcCode.unimplemented, `unknown method ${path}`))
      : method.serve(stream, { ...request, signal: gone.signal });
  served.then(
    () => finish(stream, undefined),
    (error: unknown) => finish(stream, error instanceof GrpcError ? error : toError(error)),
  );
}

function finish(stream: ServerHttp2Stream, error: GrpcError | undefined): void {
  if (stream.destroyed || stream.closed) return;
  const trailers = statusTrailers(error);
  if (!stream.headersSent) {
    stream.respond({ ...responseHeaders, ...trailers }, { endStream: true });
  } else {
    stream.once('wantTrailers', () => stream.sendTrailers(trailers));
    stream.end();
  }
  stream.resume();
}

const responseHeaders = { ':status': 200, 'content-type': 'application/grpc' };

/** Sends the headers, which clients of a stream wait for. */
function respond(stream: ServerHttp2Stream): void {
  if (!stream.headersSent && !stream.destroyed) {
    stream.respond(responseHeaders, { waitForTrailers: true });
  }
}

async function send<O extends DescMessage>(
  stream: ServerHttp2Stream,
  schema: O,
  answer: MessageInitShape<O>,
): Promise<void> {
  respond(stream);
  await writeTo(stream, frame(toBinary(schema, create(schema, answer))));
}

async function* requests<I extends DescMessage>(
  schema: I,
  stream: ServerHttp2Stream,
): AsyncGenerator<MessageShape<I>> {
  // An error after some of the requests reaches the client only over an open stream.
  for await (const message of readFrames(holdOpen(stream))) yield readMessage(schema, message);
}

async function onlyRequest<I extends DescMessage>(
  schema: I,
  stream: ServerHttp2Stream,
): Promise<MessageShape<I>> {
  for await (const message of readFrames(holdOpen(stream))) return readMessage(schema, message);
  throw new GrpcError(grpcCode.invalidArgument, 'the request has no message');
}

/** The stream's chunks. Leaving the loop early doesn't destroy the stream, which takes the answer. */
function holdOpen(stream: ServerHttp2Stream): AsyncIterable<Uint8Array> {
  return stream.iterator({ destroyOnReturn: false });
}
