import type { AuthConfig } from '../engine/auth.ts';
/** Credentials for a registry: a user name with a password, or an identity token. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** A refresh token, instead of a password. */
  readonly identityToken?: string;
}

export function authConfig(address: string, credentials: Credentials): AuthConfig {
  const { username, password, identityToken } = credentials;
  return {
    ...(username && { username }),
    ...(identityToken ? { identitytoken: identityToken } : { password }),
    serveraddress: address,
  };
}
