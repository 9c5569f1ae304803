import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import * as z from 'zod';
import { splitTag } from '../../../guest-agent/grammar/reference.ts';
import { HostError } from '../base/errors.ts';
import type { EngineClient } from './connection/client.ts';
import { readJsonLines } from './connection/json-lines.ts';
import { listOf, parseReply } from './connection/reply.ts';
import type { Filters } from './containers.ts';
import { imagePath, type PullProgress, pullProgressSchema } from './images.ts';

const historySchema = z.looseObject({
  Id: z.string(),
  /** Seconds since the epoch. */
  Created: z.number(),
  CreatedBy: z.string(),
  Tags: listOf(z.string()),
  /** Bytes. */
  Size: z.number(),
  Comment: z.string(),
});
export type HistoryStep = z.output<typeof historySchema>;

const searchSchema = z.looseObject({
  name: z.string(),
  description: z.string(),
  star_count: z.number(),
  is_official: z.boolean(),
});
export type SearchResult = z.output<typeof searchSchema>;

/** A progress message, or a line of text. */
const streamedSchema = pullProgressSchema.extend({ stream: z.string().optional() });
export type StreamedMessage = PullProgress & { readonly stream?: string | undefined };

/** POST /commit; returns the new image's ID. */
export async function commitContainer(
  client: EngineClient,
  container: string,
  name: string | undefined,
  options: { author?: string; comment?: string; changes?: readonly string[]; pause: boolean },
): Promise<string> {
  const { name: repo, tag } = splitTag(name ?? '');
  const query = { container, ...(repo === '' ? {} : { repo }), tag, ...options };
  const reply = await client.json('POST', '/commit', { query });
  return parseReply(z.looseObject({ Id: z.string() }), reply).Id;
}

/** GET /images/get: all the images in one tar. `platform` is the JSON of an OCI platform. */
export function saveImages(
  client: EngineClient,
  names: readonly string[],
  options: { platform?: string; signal?: AbortSignal } = {},
): Promise<IncomingMessage> {
  const { signal, ...query } = options;
  return client.stream('GET', '/images/get', {
    query: { names, ...query },
    ...(signal ? { signal } : {}),
  });
}

/** POST /images/load */
export function loadImages(
  client: EngineClient,
  archive: Readable,
  options: { quiet: boolean; platform?: string },
): AsyncGenerator<StreamedMessage> {
  return messages(client, '/images/load', {
    query: { ...options },
    body: archive,
    headers: { 'content-type': 'application/x-tar' },
  });
}

/** POST /images/create with an archive of files, or the URL of an archive. */
export function importImage(
  client: EngineClient,
  source: Readable | string,
  name: string | undefined,
  options: { message?: string; changes?: readonly string[]; platform?: string },
): AsyncGenerator<StreamedMessage> {
  const { name: repo, tag } = splitTag(name ?? '');
  return messages(client, '/images/create', {
    query: {
      fromSrc: typeof source === 'string' ? source : '-',
      ...(repo === '' ? {} : { repo }),
      tag,
      ...options,
    },
    ...(typeof source === 'string' ? {} : { body: source }),
  });
}

/** POST /images/{name}/push. Without a tag, pushes all tags of the repository. */
export function pushImage(
  client: EngineClient,
  repository: string,
  options: { tag?: string; platform?: string; signal?: AbortSignal },
  auth: string | undefined,
): AsyncGenerator<StreamedMessage> {
  const { signal, ...query } = options;
  return messages(client, imagePath(repository, '/push'), {
    query,
    headers: { 'x-registry-auth': auth ?? '' },
    ...(signal ? { signal } : {}),
  });
}

/** GET /images/{name}/history: newest step first. */
export async function imageHistory(
  client: EngineClient,
  name: string,
  options: { platform?: string } = {},
): Promise<HistoryStep[]> {
  const reply = await client.json('GET', imagePath(name, '/history'), { query: { ...options } });
  return parseReply(listOf(historySchema), reply);
}

/** GET /images/search */
export async function searchImages(
  client: EngineClient,
  term: string,
  options: { limit?: number; filters?: Filters },
): Promise<SearchResult[]> {
  const reply = await client.json('GET', '/images/search', { query: { term, ...options } });
  return parseReply(listOf(searchSchema), reply);
}

/** The progress messages of a call. Throws HostError 'engine' if a message is an error. */
async function* messages(
  client: EngineClient,
  path: string,
  options: Parameters<EngineClient['stream']>[2],
): AsyncGenerator<StreamedMessage> {
  const response = await client.stream('POST', path, options);
  for await (const line of readJsonLines(response)) {
    const message = parseReply(streamedSchema, line);
    const failure = message.errorDetail?.message ?? message.error;
    if (failure !== undefined) throw new HostError('engine', failure);
    yield message;
  }
}
