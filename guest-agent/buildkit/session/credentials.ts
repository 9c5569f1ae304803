import type { Credentials } from '../../registry/auth/credentials.ts';
import { Auth } from '../generated/github.com/moby/buildkit/session/auth/auth_pb.js';
import { callUnary } from '../grpc/client.ts';
import { methodPath } from '../grpc/method.ts';
import type { ClientSession } from './client-session.ts';

/** The name under which clients keep their credentials for Docker Hub. */
const DOCKER_HUB = 'registry-1.docker.io';

/**
 * Asks the client for its credentials for a registry: `docker.io` or `host[:port]`. Undefined if the
 * client has none.
 */
export async function sessionCredentials(
  session: ClientSession,
  domain: string,
  signal: AbortSignal,
): Promise<Credentials | undefined> {
  if (!session.has(methodPath(Auth.method.credentials))) return undefined;
  const Host = domain === 'docker.io' ? DOCKER_HUB : domain;
  const { Username, Secret } = await callUnary(
    session.http2,
    Auth.method.credentials,
    { Host },
    signal,
  );
  if (Secret === '') return undefined;
  // Without a user's name, the secret is a token that the registry exchanges.
  if (Username === '') return { kind: 'refresh-token', token: Secret };
  return { kind: 'password', username: Username, password: Secret };
}
