import { expect, test } from 'vitest';
import { Auth } from '../generated/github.com/moby/buildkit/session/auth/auth_pb.js';
import { Secrets } from '../generated/github.com/moby/buildkit/session/secrets/secrets_pb.js';
import { type Method, unary } from '../grpc/server.ts';
import { GrpcError, grpcCode } from '../grpc/status.ts';
import { serve } from '../testing/test-client.ts';
import type { ClientSession } from './client-session.ts';
import { sessionCredentials } from './credentials.ts';
import { sessionSecret } from './secrets.ts';

const { signal } = new AbortController();

async function withClient<T>(
  methods: readonly Method[],
  work: (session: ClientSession) => Promise<T>,
): Promise<T> {
  await using server = await serve(methods);
  const session = {
    http2: server.session,
    has: (path: string) => methods.some((method) => method.path === path),
  };
  return await work(session as unknown as ClientSession);
}

const credentials = unary(Auth.method.credentials, async ({ Host }) => {
  if (Host === 'registry-1.docker.io') return { Username: 'me', Secret: 'hub' };
  if (Host === 'own:5000') return { Username: '', Secret: 'token' };
  return {};
});

test('asks the client for its credentials, of Docker Hub under the name that clients use', async () => {
  const ask = (domain: string) => (session: ClientSession) =>
    sessionCredentials(session, domain, signal);
  expect(await withClient([credentials], ask('docker.io'))).toEqual({
    ...{ kind: 'password', username: 'me', password: 'hub' },
  });
  expect(await withClient([credentials], ask('own:5000'))).toEqual({
    ...{ kind: 'refresh-token', token: 'token' },
  });
  expect(await withClient([credentials], ask('other.example'))).toBeUndefined();
  expect(await withClient([], ask('docker.io'))).toBeUndefined();
});

test('asks the client for a secret', async () => {
  const secrets = unary(Secrets.method.getSecret, async ({ ID }) => {
    if (ID === 'fault') throw new GrpcError(grpcCode.unknown, 'the file is gone');
    if (ID !== 'mine') throw new GrpcError(grpcCode.notFound, `secret ${ID}: not found`);
    return { data: Buffer.from('word') };
  });
  const ask = (id: string) => (session: ClientSession) => sessionSecret(session, id, signal);
  expect(Buffer.from((await withClient([secrets], ask('mine'))) ?? []).toString()).toBe('word');
  expect(await withClient([secrets], ask('other'))).toBeUndefined();
  expect(await withClient([], ask('mine'))).toBeUndefined();
  await expect(withClient([secrets], ask('fault'))).rejects.toThrow('the file is gone');
});
