import { randomBytes } from 'node:crypto';
import { type Method, serveGrpc } from '../../../guest-agent/buildkit/grpc/server.ts';
import { GrpcError, grpcCode } from '../../../guest-agent/buildkit/grpc/status.ts';
import { reasonOf } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import type { EngineClient } from '../engine/connection/client.ts';

const log = loggerOf('buildkit');

/** What the engine may call during a build. */
export interface Session extends AsyncDisposable {
  readonly id: string;
}

/**
 * Opens a session: a connection on which the engine calls `methods`. `sharedKey` names the directory
 * across builds, so that the engine asks only for what changed.
 */
export async function openSession(
  engine: EngineClient,
  sharedKey: string,
  methods: readonly Method[],
  signal?: AbortSignal,
): Promise<Session> {
  const id = randomBytes(16).toString('hex');
  const header = (name: string) => `X-Docker-Expose-Session-${name}`;
  const { socket } = await engine.hijack('/session', {
    headers: {
      upgrade: 'h2c',
      [header('Uuid')]: id,
      [header('Sharedkey')]: sharedKey,
      [header('Grpc-Method')]: methods.map(({ path }) => path).join(','),
    },
    ...(signal && { signal }),
  });
  const served = serveGrpc(socket, new Map(methods.map((each) => [each.path, each])), toGrpcError);
  return {
    id,
    [Symbol.asyncDispose]: async () => {
      socket.destroy();
      await served;
    },
  };
}

function toGrpcError(error: unknown): GrpcError {
  if (error instanceof GrpcError) return error;
  log.debug('Answering a call of the engine failed', error);
  return new GrpcError(grpcCode.unknown, reasonOf(error), { cause: error });
}
