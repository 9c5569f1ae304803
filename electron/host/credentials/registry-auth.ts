import { authConfig } from './credentials.ts';
import { registryAddressOf } from './registry.ts';
import type { CredentialStore } from './store.ts';

/*
 * How the engine is given credentials: with each request that needs them, and for that one only.
 */

/** For a request about one image (pull, push): none when nothing is known of its registry. */
export async function registryAuthHeaders(
  store: CredentialStore,
  reference: string,
): Promise<Record<string, string>> {
  const address = registryAddressOf(reference);
  const credentials = await store.get(address);
  return credentials ? { 'X-Registry-Auth': encode(authConfig(address, credentials)) } : {};
}

/** For a build, which may pull from any registry. */
export async function registryConfigHeaders(
  store: CredentialStore,
): Promise<Record<string, string>> {
  const entries = [...(await store.all())].map(([address, credentials]) => [
    address,
    authConfig(address, credentials),
  ]);
  return entries.length > 0 ? { 'X-Registry-Config': encode(Object.fromEntries(entries)) } : {};
}

const encode = (document: object) => Buffer.from(JSON.stringify(document)).toString('base64url');
