import * as z from 'zod';
import { EngineError } from '../errors.ts';
import type { Credentials } from './auth/credentials.ts';
import { RegistryConnection } from './connection.ts';
import { errorMessage } from './error-message.ts';
import { readBody } from './http/http.ts';
import { parseDocument } from './manifest.ts';

const MAX_ANSWER_BYTES = 4 << 20;
/** Docker Hub answers searches on another host than its images. */
const HUB_SEARCH = 'index.docker.io';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const resultsSchema = z.object({
  results: z
    .array(
      z.object({
        name: z.string(),
        description: text,
        star_count: z
          .number()
          .nullish()
          .transform((value) => value ?? 0),
        is_official: z
          .boolean()
          .nullish()
          .transform((value) => value ?? false),
      }),
    )
    .nullish()
    .transform((results) => results ?? []),
});

export type SearchResult = z.output<typeof resultsSchema>['results'][number];

/**
 * Searches Docker Hub, or the registry at the beginning of the term (`registry.example/term`), with
 * version 1 of the search API. Rejects with EngineError.
 */
export async function searchRegistry(
  term: string,
  limit: number,
  credentials: Credentials | undefined,
  insecure: readonly string[],
  signal: AbortSignal,
): Promise<SearchResult[]> {
  const [first = '', ...rest] = term.split('/');
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const host = hasHost && !/^(index\.)?docker\.io$/.test(first) ? first : HUB_SEARCH;
  const query = new URLSearchParams({ q: hasHost ? rest.join('/') : term, n: String(limit) });
  const connection = new RegistryConnection(host, [], credentials, insecure);
  const response = await connection.request(`/v1/search?${query}`, { signal });
  if (response.status !== 200) {
    const words = await errorMessage(response);
    throw new EngineError('unavailable', `Unexpected status code ${response.status}: ${words}`);
  }
  const body = await readBody(response, MAX_ANSWER_BYTES);
  return parseDocument(`answer of ${host}`, body, resultsSchema).results;
}
