import { redacted } from '../../build/git/redacted.ts';
import { EngineError, plainMessage } from '../../errors.ts';
import { GrpcError, grpcCode } from '../grpc/status.ts';

/** Any error as an answer to a call. Clients print the code's name unless the code is `unknown`. */
export function toGrpcError(error: unknown): GrpcError {
  if (error instanceof GrpcError) return error;
  if (error instanceof Error && error.name === 'AbortError') {
    return new GrpcError(grpcCode.canceled, 'context canceled', { cause: error });
  }
  if (error instanceof EngineError && error.code === 'not-found') {
    return new GrpcError(grpcCode.notFound, redacted(plainMessage(error)), { cause: error });
  }
  return new GrpcError(grpcCode.unknown, redacted(plainMessage(error)), { cause: error });
}
