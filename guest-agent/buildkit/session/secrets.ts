import { Secrets } from '../generated/github.com/moby/buildkit/session/secrets/secrets_pb.js';
import { callUnary } from '../grpc/client.ts';
import { methodPath } from '../grpc/method.ts';
import { GrpcError, grpcCode } from '../grpc/status.ts';
import type { ClientSession } from './client-session.ts';

/** A secret's content, or undefined if the client has none with this ID. */
export async function sessionSecret(
  session: ClientSession,
  ID: string,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const { getSecret } = Secrets.method;
  if (!session.has(methodPath(getSecret))) return undefined;
  try {
    return (await callUnary(session.http2, getSecret, { ID }, signal)).data;
  } catch (error) {
    if (error instanceof GrpcError && error.code === grpcCode.notFound) return undefined;
    throw error;
  }
}
