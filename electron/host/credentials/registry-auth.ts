import { authConfig } from './credentials.ts';
import { registryAddressOf } from './registry.ts';
import type { CredentialStore } from './store.ts';

/*
 * How the engine is given credentials: in a header of each request that needs them, for that one
 * only.
 */

/**
 * `X-Registry-Auth` of a request about one image (pull, push); undefined when nothing is known of
 * its registry.
 */
export async function registryAuth(
  store: CredentialStore,
  reference: string,
): Promise<string | undefined> {
  const address = registryAddressOf(reference);
  const credentials = await store.get(address);
  return credentials && encode(authConfig(address, credentials));
}

/** `X-Registry-Config` of a build, which may pull from any registry. */
export async function registryConfig(store: CredentialStore): Promise<string> {
  const entries = [...(await store.all())].map(([address, credentials]) => [
    address,
    authConfig(address, credentials),
  ]);
  return encode(Object.fromEntries(entries));
}

const encode = (document: object) => Buffer.from(JSON.stringify(document)).toString('base64url');
