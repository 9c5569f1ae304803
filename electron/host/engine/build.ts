import { Readable } from 'node:stream';
import * as z from 'zod';
import { HostError } from '../base/errors.ts';
import type { EngineClient, Query } from './connection/client.ts';
import { readJsonLines } from './connection/json-lines.ts';
import { parseReply } from './connection/reply.ts';
import { pullProgressSchema } from './images.ts';

/** A message of a build; messages with a `status` are about a pull. */
const buildProgressSchema = pullProgressSchema.extend({
  stream: z.string().optional(),
  /** The ID of the built image. */
  aux: z.looseObject({ ID: z.string().optional() }).nullish(),
  errorDetail: z
    .looseObject({ code: z.number().optional(), message: z.string().optional() })
    .nullish(),
});
export type BuildProgress = z.infer<typeof buildProgressSchema>;

/** The build context. */
export type BuildContext =
  /** A tar, possibly compressed, and the path of its Dockerfile. */
  | { readonly kind: 'tar'; readonly tar: Readable; readonly dockerfile: string }
  /** The engine downloads it. */
  | { readonly kind: 'remote'; readonly url: string; readonly dockerfile: string };

/**
 * POST /build. `query` uses the endpoint's own names; `auth` is the `registryConfig` of
 * credentials/registry-auth.ts. The last message reports a failure, with the exit code of the
 * failed command. Throws HostError 'engine' for failures before the first instruction.
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
    throw new HostError('invalid', `can't send the build context: ${unreadable.message}`, {
      cause: unreadable,
    });
  });
  for await (const line of readJsonLines(response)) yield parseReply(buildProgressSchema, line);
}
