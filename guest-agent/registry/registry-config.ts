import * as z from 'zod';
import { EngineError } from '../errors.ts';
import { type Credentials, credentialsOf, credentialsSchema } from './auth/credentials.ts';

const schema = z.record(z.string(), credentialsSchema);

/**
 * Decodes `X-Registry-Config`: credentials by registry, JSON in base64url. Returns a function that
 * finds credentials for `docker.io` or `host[:port]`. Throws EngineError 'invalid'; the message
 * never includes the content.
 */
export function parseRegistryConfig(
  header: string | undefined,
): (domain: string) => Credentials | undefined {
  if (!header) return () => undefined;
  let document: z.infer<typeof schema>;
  try {
    document = schema.parse(JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) ?? {});
  } catch {
    throw new EngineError('invalid', 'invalid X-Registry-Config header');
  }
  const byDomain = new Map(
    Object.entries(document).map(([name, entry]) => [registryDomain(name), credentialsOf(entry)]),
  );
  return (domain) => byDomain.get(domain);
}

/** Clients use Docker Hub's first address as its name, `https://index.docker.io/v1/`. */
function registryDomain(name: string): string {
  const host = name.replace(/^https?:\/\//, '').replace(/\/.*$/s, '');
  return ['index.docker.io', 'registry-1.docker.io'].includes(host) ? 'docker.io' : host;
}
