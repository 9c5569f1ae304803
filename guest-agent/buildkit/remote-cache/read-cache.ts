import * as z from 'zod';
import { EngineError } from '../../errors.ts';
import { type Descriptor, descriptorSchema, parseDocument } from '../../registry/manifest.ts';
import { DIGEST } from '../../store/digest.ts';
import {
  CACHE_TYPE,
  type CacheConfig,
  MAX_CONFIG_BYTES,
  readCacheConfig,
  readInlineRecords,
} from './cache-config.ts';
import { type CacheSource, type OpenCache, readBounded } from './cache-source.ts';
import { type CacheLayer, StepList } from './step-list.ts';

const documentSchema = z.object({
  mediaType: z.string().exactOptional(),
  config: descriptorSchema.exactOptional(),
  layers: z.array(descriptorSchema).default([]),
  manifests: z.array(descriptorSchema).exactOptional(),
});
type Document = z.infer<typeof documentSchema>;

const imageSchema = z.object({
  rootfs: z.object({ diff_ids: z.array(z.string()) }),
  'moby.buildkit.cache.v0': z.string().exactOptional(),
});

/** What each layer of a cache says of its uncompressed form. */
const UNCOMPRESSED = 'containerd.io/uncompressed';
/** An index of an index is more than any tool makes. */
const MAX_DEPTH = 3;
/** Each manifest of an index, and of the indexes in it, is a request or two. The rest is ignored. */
const MAX_MANIFESTS = 100;
/** All manifests and image configurations together. */
const MAX_INLINE_BYTES = 4 * MAX_CONFIG_BYTES;

/** What may still be read of a cache, whose indexes and images can be many. */
class Allowance {
  #manifests = MAX_MANIFESTS;
  #bytes = MAX_INLINE_BYTES;

  /** Whether one more manifest may be read. */
  takeManifest(): boolean {
    this.#manifests -= 1;
    return this.#manifests >= 0;
  }

  /** Throws EngineError 'invalid'. */
  takeBytes(size: number): void {
    this.#bytes -= size;
    if (this.#bytes >= 0) return;
    throw new EngineError(
      'invalid',
      `the image's cache is too large: more than ${MAX_INLINE_BYTES} bytes`,
    );
  }
}

/**
 * The steps of a cache, or those that an image has inside. `tell` gets the kind of manifest. Throws
 * EngineError and GrpcError.
 */
export async function readCache(
  { source, top, isHere = false }: OpenCache,
  tell: (mediaType: string) => void,
  signal: AbortSignal,
): Promise<StepList[]> {
  const document = parseDocument('cache manifest', top, documentSchema);
  if (!isHere) tell(typeOf(document));
  const { config, layers, manifests = [] } = document;
  const listed = manifests.find(({ mediaType }) => mediaType === CACHE_TYPE);
  const list = config?.mediaType === CACHE_TYPE ? config : listed;
  if (list === undefined) return readInline(source, document, new Allowance(), signal, 0);
  const blobs = new Map([...layers, ...manifests].map((each) => [each.digest, each]));
  const bytes = await readSmall(source, list, signal);
  return [new StepList(readCacheConfig(bytes), (digest) => layerOf(source, blobs.get(digest)))];
}

function layerOf(source: CacheSource, descriptor: Descriptor | undefined): CacheLayer | undefined {
  const diffId = descriptor?.annotations?.[UNCOMPRESSED] ?? '';
  if (descriptor === undefined || !DIGEST.test(diffId)) return undefined;
  return { diffId, descriptor, open: (signal) => source.blob(descriptor, signal) };
}

async function readInline(
  source: CacheSource,
  { config, layers, manifests }: Document,
  allowed: Allowance,
  signal: AbortSignal,
  depth: number,
): Promise<StepList[]> {
  if (manifests !== undefined) {
    if (depth >= MAX_DEPTH) return [];
    const lists: StepList[] = [];
    for (const { digest, annotations = {} } of manifests) {
      if ('vnd.docker.reference.type' in annotations) continue;
      if (!allowed.takeManifest()) return lists;
      signal.throwIfAborted();
      const bytes = await source.manifest(digest);
      allowed.takeBytes(bytes.length);
      const inner = parseDocument('image manifest', bytes, documentSchema);
      lists.push(...(await readInline(source, inner, allowed, signal, depth + 1)));
    }
    return lists;
  }
  if (config === undefined) throw new EngineError('invalid', 'the cache manifest has no config');
  const bytes = await readSmall(source, config, signal);
  allowed.takeBytes(bytes.length);
  const image = parseDocument('image configuration', bytes, imageSchema);
  const { 'moby.buildkit.cache.v0': inline, rootfs } = image;
  if (inline === undefined || rootfs.diff_ids.length !== layers.length) return [];
  const list: CacheConfig = {
    layers: layers.map(({ digest }, index) => ({ blob: digest, parent: index - 1 })),
    records: readInlineRecords(inline),
  };
  const blobs = new Map(
    layers.map((descriptor, index) => {
      const annotations = { [UNCOMPRESSED]: rootfs.diff_ids[index] ?? '' };
      return [descriptor.digest, { ...descriptor, annotations }];
    }),
  );
  return [new StepList(list, (digest) => layerOf(source, blobs.get(digest)))];
}

function readSmall(source: CacheSource, descriptor: Descriptor, signal: AbortSignal) {
  const { digest, size } = descriptor;
  if (size > MAX_CONFIG_BYTES) {
    throw new EngineError('invalid', `blob ${digest} is too large (${size} bytes)`);
  }
  return readBounded(source.blob(descriptor, signal), MAX_CONFIG_BYTES, digest);
}

/** Registries and directories don't always say the type. */
function typeOf({ mediaType, manifests }: Document): string {
  const kind = manifests === undefined ? 'manifest' : 'index';
  return mediaType ?? `application/vnd.oci.image.${kind}.v1+json`;
}
