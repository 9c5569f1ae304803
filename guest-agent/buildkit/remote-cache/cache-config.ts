import * as z from 'zod';
import { EngineError } from '../../errors.ts';
import { parseDocument } from '../../registry/manifest.ts';

/** The media type of the list of steps in a cache: BuildKit's cache format, version 0. */
export const CACHE_TYPE = 'application/vnd.buildkit.cacheconfig.v0';

/** More than any list of steps that people have. A longer one could exhaust the engine's memory. */
export const MAX_CONFIG_BYTES = 8 << 20;

const place = z.int().nonnegative();
const layerSchema = z.object({
  blob: z.string(),
  /** The layer below, by its place in the list. BuildKit omits 0; -1 means none. */
  parent: z.int().min(-1).default(0),
});

const recordSchema = z.object({
  digest: z.string(),
  /** The files after the step: a layer, with the layers below it. Missing if the cache lacks them. */
  layers: z
    .array(z.object({ layer: place, createdAt: z.string().exactOptional() }))
    .exactOptional(),
  /** The steps on which the step depends, by their places in the list. */
  inputs: z
    .array(z.array(z.object({ link: place, selector: z.string().exactOptional() })))
    .exactOptional(),
});
const recordsSchema = z.array(recordSchema);

const configSchema = z.object({
  layers: z.array(layerSchema).default([]),
  records: recordsSchema.default([]),
});

export type CacheRecord = z.infer<typeof recordSchema>;
/** The steps of a cache, and the layers that they refer to. */
export type CacheConfig = z.infer<typeof configSchema>;

/** The list of a cache. Throws EngineError 'invalid'. */
export function readCacheConfig(bytes: Uint8Array): CacheConfig {
  checkSize(bytes.length);
  return parseDocument('cache config', bytes, configSchema);
}

/** The list inside an image, whose layers are the image's. Throws EngineError 'invalid'. */
export function readInlineRecords(encoded: string): CacheRecord[] {
  const bytes = Buffer.from(encoded, 'base64');
  checkSize(bytes.length);
  return parseDocument('inline cache', bytes, recordsSchema);
}

function checkSize(size: number): void {
  if (size > MAX_CONFIG_BYTES) {
    throw new EngineError('invalid', `the cache config is too large: ${size} bytes`);
  }
}

/** `file:…`, `dir:…` or several of them: see `stageHash`. Empty, or with a colon, for a mount. */
export const STAGE_HASH = /^[a-z0-9:,-]*$/;
