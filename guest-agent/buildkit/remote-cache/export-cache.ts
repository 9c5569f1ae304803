import { reuseBlob, uploadBlob } from '../../engine/images/distribution/push-blob.ts';
import { PARALLEL_BLOBS, pushManifests } from '../../engine/images/distribution/push-content.ts';
import { bytesBlob } from '../../engine/images/store/oci-content.ts';
import { inParallel } from '../../engine/parallel.ts';
import { EngineError } from '../../errors.ts';
import type { Descriptor } from '../../registry/manifest.ts';
import type { BuildExport, ExportParts, Response } from '../export/export-parts.ts';
import { layerWriter, type WriteLayer } from '../export/layer-blobs.ts';
import { type PushPlace, pushPlaces, reusingOriginals } from '../export/push-image.ts';
import { GrpcError } from '../grpc/status.ts';
import type { Vertex } from '../jobs/vertex.ts';
import { ClientStore } from '../session/content-store.ts';
import { type CacheContent, type CacheSteps, cacheContent } from './cache-content.ts';
import { type CacheFormat, readCacheFormat } from './cache-format.ts';
import type { CachePlace } from './cache-places.ts';
import { cacheReference, isInsecureRegistry } from './cache-source.ts';
import type { CacheLayer } from './step-list.ts';

/** What a build writes into its caches. */
export interface CacheExport extends Pick<CacheSteps, 'steps' | 'hashes'> {
  /** A layer of a cache that the build was given, which may not be in the store. */
  readonly imported: (diffId: string) => CacheLayer | undefined;
}

/** Writes the steps of a build for other engines. Throws EngineError and GrpcError. */
export async function exportCaches(
  parts: ExportParts,
  build: BuildExport,
  cache: CacheExport,
  places: readonly CachePlace[],
): Promise<Response> {
  const response: Response = {};
  for (const place of places.filter(({ type }) => type !== 'inline')) {
    const format = readCacheFormat(place);
    try {
      Object.assign(response, await exportCache(parts, build, cache, place, format));
    } catch (error) {
      build.job.signal.throwIfAborted();
      const isExpected = error instanceof EngineError || error instanceof GrpcError;
      // The step of the build shows the error.
      if (!format.ignoresErrors || !isExpected) throw error;
    }
  }
  return response;
}

async function exportCache(
  parts: ExportParts,
  build: BuildExport,
  cache: CacheExport,
  place: CachePlace,
  format: CacheFormat,
): Promise<Response> {
  const { job } = build;
  const isLocal = place.type === 'local';
  return job.step(
    `exporting cache to ${isLocal ? 'client directory' : 'registry'}`,
    async (vertex) => {
      const prepared = vertex.line('preparing build cache for export');
      const destination = isLocal
        ? directory(parts, build, place)
        : await registry(parts, build, cache, place);
      const results = build.platforms.map(({ image }) => image.layers);
      const write = destination.reusing(layersOf(parts, cache, format), format);
      const content = await cacheContent({ ...cache, results }, format, write, job.signal);
      if (content === undefined) {
        vertex.line('skipping cache export for empty result').complete();
        prepared.complete();
        return {} as Response;
      }
      await destination.write(content, vertex);
      prepared.complete();
      return { 'cache.manifest': JSON.stringify(content.top) };
    },
  );
}

/** Layers of the store, or else of the caches that the build was given. */
function layersOf(
  { images, registries }: ExportParts,
  { imported }: CacheExport,
  { layers, ociTypes }: CacheFormat,
): WriteLayer {
  const write = layerWriter(registries.compressed, layers, ociTypes);
  return async (diffId, signal) => {
    const layer = imported(diffId);
    if (layer === undefined || images.layers.get(diffId) !== undefined) {
      return write(diffId, signal);
    }
    const descriptor = plain(layer.descriptor);
    const { digest, size } = descriptor;
    return { descriptor, blob: { digest, size, open: () => layer.open(signal) } };
  };
}

/** Without the annotations that another cache gave. */
const plain = ({ mediaType, digest, size }: Descriptor): Descriptor => ({
  mediaType,
  digest,
  size,
});

interface Destination {
  /** Writes layers with `write` unless the destination has them already. */
  readonly reusing: (write: WriteLayer, format: CacheFormat) => WriteLayer;
  readonly write: (content: CacheContent, vertex: Vertex) => Promise<void>;
}

function directory(
  { sessions }: ExportParts,
  { job }: BuildExport,
  { attributes }: CachePlace,
): Destination {
  return {
    reusing: (write) => write,
    write: async ({ layers, config, manifests }, vertex) => {
      const { http2 } = await sessions.find(job.request.Session, job.signal);
      const store = new ClientStore(http2, `local:${attributes.dest ?? ''}`, job.signal);
      for (const { digest, blob } of layers) {
        const line = vertex.line(`writing layer ${digest}`);
        if (blob !== undefined) await store.write(blob, blob.open());
        line.complete();
      }
      await lineFor(vertex, `writing config ${config.digest}`, () =>
        store.write(config, config.open()),
      );
      for (const manifest of manifests) {
        const blob = bytesBlob(manifest.bytes);
        await lineFor(vertex, manifestLine(manifest), () => store.write(blob, blob.open()));
      }
    },
  };
}

async function registry(
  parts: ExportParts,
  build: BuildExport,
  { steps, imported }: CacheExport,
  { attributes }: CachePlace,
): Promise<Destination> {
  const { job } = build;
  const reference = cacheReference(attributes.ref);
  const diffIds = steps.flatMap(({ chain = [] }) => chain);
  const isInsecure = isInsecureRegistry(attributes);
  const places = await pushPlaces(parts, job, [reference], [...new Set(diffIds)], { isInsecure });
  const [place] = places;
  if (place === undefined) throw new Error('a reference has no repository');
  return {
    reusing: (write, { forceCompression }) => {
      if (forceCompression) return write;
      const original = reusingOriginals(places, write);
      return async (diffId, signal) => {
        // The cache that the build was given is often the one that it writes.
        const known = imported(diffId)?.descriptor;
        if (known === undefined || !(await place.client.hasBlob(known.digest, signal))) {
          return original(diffId, signal);
        }
        return { descriptor: plain(known) };
      };
    },
    write: (content, vertex) => push(place, content, vertex, job.signal),
  };
}

async function push(
  { client, name }: PushPlace,
  { layers, config, manifests, top }: CacheContent,
  vertex: Vertex,
  signal: AbortSignal,
): Promise<void> {
  await inParallel(PARALLEL_BLOBS, layers, signal, async ({ digest, blob }, inner) => {
    const upload = async () => {
      if (blob === undefined || (await reuseBlob(client, digest, [], '', () => {}, inner))) return;
      await uploadBlob(client, blob, '', () => {}, inner);
    };
    await lineFor(vertex, `writing layer ${digest}`, () => naming('layer', upload));
  });
  await lineFor(vertex, `writing config ${config.digest}`, () =>
    naming('config', async () => {
      if (await client.hasBlob(config.digest, signal)) return;
      await client.putBlob(config, config.open, signal);
    }),
  );
  for (const manifest of manifests) {
    await lineFor(vertex, manifestLine(manifest), () =>
      naming('manifest', () =>
        pushManifests(client, { manifests: [manifest], top }, name.tag, signal),
      ),
    );
  }
}

async function lineFor(vertex: Vertex, text: string, work: () => Promise<void>): Promise<void> {
  const line = vertex.line(text);
  await work();
  line.complete();
}

/** Errors that say what could not be written. */
async function naming(what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const message = `error writing ${what} blob: ${error.message}`;
    throw new EngineError(error.code, message, { cause: error });
  }
}

function manifestLine({ mediaType, digest }: { mediaType: string; digest: string }): string {
  const isImage = mediaType.endsWith('.image.manifest.v1+json');
  return `writing cache ${isImage ? 'image ' : ''}manifest ${digest}`;
}
