import { Readable } from 'node:stream';
import * as z from 'zod';
import { HostError } from '../base/errors.ts';
import type { EngineClient, Query } from './connection/client.ts';
import { readJsonLines } from './connection/json-lines.ts';
import { parseReply } from './connection/reply.ts';
import { pullProgressSchema } from './images.ts';

/** One message of a build; those with a `status` are of a pull. */
const buildProgressSchema = pullProgressSchema.extend({
  stream: z.string().optional(),
  /** The result's ID. */
  aux: z.looseObject({ ID: z.string().optional() }).nullish(),
  errorDetail: z
    .looseObject({ code: z.number().optional(), message: z.string().optional() })
    .nullish(),
});
export type BuildProgress = z.infer<typeof buildProgressSchema>;

/** What is sent to the engine for a build. */
export type BuildContext =
  /** A tar, possibly compressed, and the Dockerfile's path in it. */
  | { readonly kind: 'tar'; readonly tar: Readable; readonly dockerfile: string }
  /** The engine fetches it. */
  | { readonly kind: 'remote'; readonly url: string; readonly dockerfile: string };

/**
 * POST /build. `query` has the endpoint's own names, `auth` is the `registryConfig` of
 * credentials/registry-auth.ts. The last message tells a failure, with the exit code of the command
 * that failed. Throws HostError 'engine' for what fails before the first
 * instruction.
 */
export async function* buildImage(
  client: EngineClient,
  context: BuildContext,
  query: Query,
  auth: string,
  signal?: AbortSignal,
): AsyncGenerator<BuildProgress, void, undefined> {
  const { dockerfile } = context;
  let unreadable: Error | undefined;
  if (context.kind === 'tar') {
    context.tar.once('error', (error) => {
      unreadable = error;
    });
  }
  const request = client.stream('POST', '/build', {
    query: { ...query, dockerfile, ...(context.kind === 'remote' ? { remote: context.url } : {}) },
    body: context.kind === 'tar' ? context.tar : Readable.from([]),
    headers: { 'content-type': 'application/x-tar', 'x-registry-config': auth },
    ...(signal ? { signal } : {}),
  });
  const response = await request.catch((error: unknown) => {
    if (unreadable === undefined) throw error;
    throw new HostError('invalid', `cannot send the context: ${unreadable.message}`, {
      cause: unreadable,
    });
  });
  for await (const line of readJsonLines(response)) yield parseReply(buildProgressSchema, line);
}
