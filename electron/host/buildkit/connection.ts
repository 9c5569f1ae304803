import { type ClientHttp2Session, connect } from 'node:http2';
import {
  GrpcError,
  grpcCode,
  MAX_HEADER_BLOCK,
} from '../../../guest-agent/buildkit/grpc/status.ts';
import { endWithPeer } from '../../../guest-agent/contract/stream-flow.ts';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import type { EngineClient } from '../engine/connection/client.ts';

const log = loggerOf('buildkit');

/** A connection to the engine on which BuildKit's services answer, until disposed of. */
export interface BuildkitConnection extends Disposable {
  readonly http2: ClientHttp2Session;
}

/** The engine sends a Dockerfile with an error, in the trailers of a call. */
const MAX_HEADERS = 16 << 20;
/** Progress and files arrive over a slow connection too. */
const WINDOW_BYTES = 4 << 20;

/** Opens `/grpc`. */
export async function connectBuildkit(
  engine: EngineClient,
  signal?: AbortSignal,
): Promise<BuildkitConnection> {
  const { socket } = await engine.hijack('/grpc', {
    headers: { upgrade: 'h2c' },
    ...(signal && { signal }),
  });
  endWithPeer(socket);
  const http2 = connect('http://localhost', {
    createConnection: () => socket,
    maxSendHeaderBlockLength: MAX_HEADER_BLOCK,
    settings: { initialWindowSize: WINDOW_BYTES, maxHeaderListSize: MAX_HEADERS },
  });
  // The calls report what the end of the connection interrupts.
  http2.on('error', (error) => {
    log.debug('The connection to BuildKit ended', error);
    http2.destroy();
  });
  http2.on('connect', () => http2.setLocalWindowSize(WINDOW_BYTES));
  return { http2, [Symbol.dispose]: () => http2.destroy() };
}

/** An error of a call as the host's error. Clients of builds want the GrpcError's details: `cause`. */
export function toHostError(error: unknown): HostError {
  if (error instanceof HostError) return error;
  if (!(error instanceof GrpcError)) {
    return new HostError('engine', error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
  if (error.code === grpcCode.unavailable) {
    return new HostError('connection', 'the engine closed the connection', { cause: error });
  }
  if (error.code === grpcCode.canceled) {
    return new HostError('cancelled', 'the build was cancelled', { cause: error });
  }
  return new HostError('engine', error.message, { cause: error });
}
