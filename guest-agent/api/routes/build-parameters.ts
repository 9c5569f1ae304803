import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import { EngineError } from '../../errors.ts';
import type { Credentials } from '../../registry/auth/credentials.ts';
import { parseReference, type Reference, withDefaultTag } from '../../registry/reference.ts';
import { parseRegistryConfig } from '../../registry/registry-config.ts';

/** JSON objects in the query. Clients without values send null. */
export const labelsSchema = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});
export const buildArgsSchema = z
  .record(z.string(), z.string().nullable())
  .nullish()
  .transform((value) => value ?? {});

const referencesSchema = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? []);

/** The images of `--cache-from`. Throws EngineError 'invalid'. */
export function cacheImages(query: URLSearchParams): string[] {
  return document(query, 'cachefrom', referencesSchema);
}

/** A name that the image gets. Throws EngineError 'invalid'. */
export function tagReference(text: string): Reference {
  const reference = withDefaultTag(parseReference(text));
  if (reference.digest !== undefined) {
    throw new EngineError('invalid', 'build tag cannot contain a digest');
  }
  return reference;
}

/** Parses a parameter that holds JSON. Throws EngineError 'invalid'. */
export function document<T>(query: URLSearchParams, name: string, schema: z.ZodType<T>): T {
  const text = query.get(name) || 'null';
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new EngineError('invalid', `invalid value for ${name}: ${text}`, { cause });
  }
}

/** The credentials for registries that a client sends with a build. Throws EngineError 'invalid'. */
export function registryCredentials(
  headers: IncomingHttpHeaders,
): (domain: string) => Credentials | undefined {
  const value = headers['x-registry-config'];
  return parseRegistryConfig(Array.isArray(value) ? value[0] : value);
}
