import * as z from 'zod';
import { splitReference } from '../../../guest-agent/grammar/reference.ts';
import type { PruneScope } from '../../api/disk.ts';
import { HostError } from '../base/errors.ts';
import { configSchema } from './config-schema.ts';
import type { EngineClient } from './connection/client.ts';
import { readJsonLines } from './connection/json-lines.ts';
import { listOf, mapOf, number, parseReply, text } from './connection/reply.ts';
import type { Filters } from './containers.ts';

/** One row of GET /images/json. */
export const imageSummarySchema = z.looseObject({
  Id: z.string(),
  RepoTags: listOf(z.string()),
  RepoDigests: listOf(z.string()),
  /** Seconds since the epoch. */
  Created: z.number(),
  /** Bytes. */
  Size: z.number(),
  /** The number of containers that use it, or -1 if not counted. */
  Containers: z.number().optional(),
  SharedSize: z.number().optional(),
  Labels: mapOf(z.string()),
});
export type ImageSummary = z.infer<typeof imageSummarySchema>;

/** A message of a pull. A message with an `id` is about that layer. */
export const pullProgressSchema = z.looseObject({
  id: z.string().optional(),
  status: z.string().optional(),
  /** Bytes; the size is unknown without a total. */
  progressDetail: z
    .looseObject({ current: z.number().optional(), total: z.number().optional() })
    .nullish(),
  errorDetail: z.looseObject({ message: z.string().optional() }).nullish(),
  error: z.string().optional(),
});
export type PullProgress = z.infer<typeof pullProgressSchema>;

const deletedSchema = z.looseObject({
  Untagged: z.string().optional(),
  Deleted: z.string().optional(),
});
export type ImageDeletion = z.infer<typeof deletedSchema>;

const prunedSchema = z.looseObject({
  ImagesDeleted: listOf(deletedSchema),
  /** Bytes. */
  SpaceReclaimed: number,
});

/** The parts of GET /images/{name}/json that Berth reads. */
export const imageInspectionSchema = z.looseObject({
  /** RFC 3339. */
  Metadata: z.looseObject({ LastTagTime: text }).nullish(),
  Id: z.string(),
  RepoTags: listOf(z.string()),
  RepoDigests: listOf(z.string()),
  /** RFC 3339; absent if the image has no date. */
  Created: text,
  Author: text,
  Architecture: text,
  Variant: text,
  Os: text,
  /** Bytes. */
  Size: number,
  Config: configSchema.nullish().transform((config) => config ?? configSchema.parse({})),
});
export type ImageInspection = z.output<typeof imageInspectionSchema>;

/** The API path of an image: slashes, colons and the at sign stay unescaped. */
export function imagePath(name: string, verb = ''): string {
  return `/images/${encodeURI(name).replaceAll('?', '%3F').replaceAll('#', '%23')}${verb}`;
}

/**
 * GET /images/json: tagged and dangling images. `all` adds intermediate images; `counts` adds
 * shared sizes and container counts.
 */
export async function listImages(
  client: EngineClient,
  options: { all?: boolean; digests?: boolean; counts?: boolean; filters?: Filters } = {},
): Promise<ImageSummary[]> {
  const { counts, ...query } = options;
  const reply = await client.json('GET', '/images/json', {
    query: { ...query, 'shared-size': counts },
  });
  return parseReply(listOf(imageSummarySchema), reply);
}

/** GET /images/{name}/json. */
export async function inspectImage(client: EngineClient, name: string): Promise<ImageInspection> {
  return (await readImage(client, name)).inspection;
}

/** Like `inspectImage`, but also returns the engine's document. */
export async function readImage(
  client: EngineClient,
  name: string,
): Promise<{ document: unknown; inspection: ImageInspection }> {
  const document = await client.json<unknown>('GET', imagePath(name, '/json'));
  return { document, inspection: parseReply(imageInspectionSchema, document) };
}

/** The same; undefined for an image that is not there. */
export async function inspectImageIfPresent(
  client: EngineClient,
  name: string,
): Promise<ImageInspection | undefined> {
  try {
    return await inspectImage(client, name);
  } catch (error) {
    if (error instanceof HostError && error.status === 404) return undefined;
    throw error;
  }
}

/**
 * POST /images/create: downloads an image, by default `latest`, and yields its progress. `auth` and
 * `mirrorAuth` come from `pullAuth` in credentials/registry-auth.ts. Throws HostError 'engine' if
 * the download fails midway.
 */
export async function* pullImage(
  client: EngineClient,
  reference: string,
  options: {
    platform?: string;
    auth?: string;
    mirrorAuth?: string;
    signal?: AbortSignal;
  } = {},
): AsyncGenerator<PullProgress, void, undefined> {
  const { name, tag } = splitReference(reference);
  const response = await client.stream('POST', '/images/create', {
    query: { fromImage: name, tag, platform: options.platform },
    headers: {
      ...(options.auth ? { 'x-registry-auth': options.auth } : {}),
      ...(options.mirrorAuth ? { 'x-registry-config': options.mirrorAuth } : {}),
    },
    ...(options.signal ? { signal: options.signal } : {}),
  });
  for await (const line of readJsonLines(response)) {
    const progress = parseReply(pullProgressSchema, line);
    const failure = progress.errorDetail?.message ?? progress.error;
    if (failure !== undefined) throw new HostError('engine', failure);
    yield progress;
  }
}

const distributionSchema = z.looseObject({ Descriptor: z.looseObject({ digest: z.string() }) });

/** GET /distribution/{name}/json: the digest that an image has at its registry. */
export async function registryDigest(
  client: EngineClient,
  reference: string,
  auth: string | undefined,
): Promise<string> {
  const path = `/distribution/${reference.split('/').map(encodeURIComponent).join('/')}/json`;
  const reply = await client.json('GET', path, {
    ...(auth !== undefined && { headers: { 'x-registry-auth': auth } }),
  });
  return parseReply(distributionSchema, reply).Descriptor.digest;
}

/** DELETE /images/{name}: removes a tag, and the image with its last tag. */
export async function removeImage(
  client: EngineClient,
  name: string,
  options: { force?: boolean; noprune?: boolean } = {},
): Promise<ImageDeletion[]> {
  const reply = await client.json('DELETE', imagePath(name), { query: { ...options } });
  return parseReply(listOf(deletedSchema), reply);
}

/** POST /images/{name}/tag: adds a name to an image. */
export async function tagImage(
  client: EngineClient,
  source: string,
  target: string,
): Promise<void> {
  const { name, tag } = splitReference(target);
  await client.json('POST', imagePath(source, '/tag'), { query: { repo: name, tag } });
}

/** Removes images that no container uses: see `PruneScope`. */
export async function pruneImages(
  client: EngineClient,
  options: { scope?: PruneScope; filters?: Filters } = {},
): Promise<z.output<typeof prunedSchema>> {
  const filters = { ...options.filters, dangling: [options.scope === 'all' ? 'false' : 'true'] };
  const query = { filters, ...(options.scope === 'downloaded' ? { downloaded: true } : {}) };
  return parseReply(prunedSchema, await client.json('POST', '/images/prune', { query }));
}
