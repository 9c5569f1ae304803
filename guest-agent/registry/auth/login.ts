import { EngineError } from '../../errors.ts';
import { RegistryConnection } from '../connection.ts';
import type { Credentials } from './credentials.ts';

/** Docker Hub, under the names that clients use. */
const HUB = /^(?:(?:index|registry-1)\.)?docker\.io$/;

/** The `host[:port]` of a registry's address in `docker login`, which is a host or a URL. */
export function registryHost(address: string): string {
  const host = address.replace(/^https?:\/\//, '').replace(/\/.*$/s, '');
  return host === '' || HUB.test(host) ? 'docker.io' : host;
}

/**
 * Checks that a registry accepts credentials. Rejects with EngineError 'unauthorized' if it
 * doesn't.
 */
export async function checkLogin(
  host: string,
  credentials: Credentials | undefined,
  insecure: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const connection = new RegistryConnection(host, [], credentials, insecure);
  const name = `https://${host === 'docker.io' ? 'registry-1.docker.io' : host}/v2/`;
  const response = await connection.request('/v2/', { signal }).catch((error: unknown) => {
    if (!(error instanceof EngineError) || error.code !== 'unauthorized') throw error;
    throw new EngineError('unauthorized', `Get "${name}": ${error.message}`, { cause: error });
  });
  response.body.destroy();
  if (response.status === 200) return;
  if (response.status === 401 || response.status === 403) {
    throw new EngineError(
      'unauthorized',
      `login attempt to ${name} failed with status: ${response.status}`,
    );
  }
  throw new EngineError('unavailable', `Get "${name}": HTTP ${response.status}`);
}
