import { Auth } from '../../../guest-agent/buildkit/generated/github.com/moby/buildkit/session/auth/auth_pb.js';
import { type Method, unary } from '../../../guest-agent/buildkit/grpc/server.ts';
import { registryAddress } from '../credentials/registry.ts';
import type { CredentialStore } from '../credentials/store.ts';

/** Answers the engine's questions for the credentials of a registry. Empty without stored credentials. */
export function credentialsService(store: Pick<CredentialStore, 'get'>): Method {
  return unary(Auth.method.credentials, async ({ Host }) => {
    const { username, password, identityToken } = (await store.get(registryAddress(Host))) ?? {};
    if (identityToken) return { Secret: identityToken };
    return { Username: username ?? '', Secret: password ?? '' };
  });
}
