import type { AuthConfig } from '../engine/auth.ts';
import type { SettingsStore } from '../settings/store.ts';
import { authConfig } from './credentials.ts';
import { hubAddress, registryAddress, registryAddressOf } from './registry.ts';
import type { CredentialStore } from './store.ts';

/** Sends credentials to the engine in a header of each request that needs them, and only there. */

/**
 * The `X-Registry-Auth` of a pull or push; undefined if there are no credentials for the registry.
 */
export async function registryAuth(
  store: CredentialStore,
  reference: string,
): Promise<string | undefined> {
  const address = registryAddressOf(reference);
  const credentials = await store.get(address);
  return credentials && encode(authConfig(address, credentials));
}

/**
 * The credentials for a pull: `auth` is `X-Registry-Auth`; `mirrorAuth`, for an image of Docker
 * Hub, is the `X-Registry-Config` of the mirrors.
 */
export async function pullAuth(
  host: { readonly credentials: CredentialStore; readonly settings: Pick<SettingsStore, 'read'> },
  reference: string,
): Promise<{ readonly auth?: string; readonly mirrorAuth?: string }> {
  const auth = await registryAuth(host.credentials, reference);
  const mirrorAuth =
    registryAddressOf(reference) === hubAddress ? await authOfMirrors(host) : undefined;
  return { ...(auth && { auth }), ...(mirrorAuth && { mirrorAuth }) };
}

async function authOfMirrors({
  credentials,
  settings,
}: Parameters<typeof pullAuth>[0]): Promise<string | undefined> {
  const { registryMirrors } = await settings.read();
  const found: Record<string, AuthConfig> = {};
  for (const mirror of registryMirrors) {
    const address = registryAddress(mirror);
    const known = await credentials.get(address);
    if (known) found[address] = authConfig(address, known);
  }
  return Object.keys(found).length > 0 ? encode(found) : undefined;
}

/** The `X-Registry-Config` of a build, which may pull from any registry. */
export async function registryConfig(store: CredentialStore): Promise<string> {
  const entries = [...(await store.all())].map(([address, credentials]) => [
    address,
    authConfig(address, credentials),
  ]);
  return encode(Object.fromEntries(entries));
}

const encode = (document: object) => Buffer.from(JSON.stringify(document)).toString('base64url');
