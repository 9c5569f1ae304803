import { originalLayers } from '../../engine/images/distribution/original-manifest.ts';
import { pushContentBlobs, pushManifests } from '../../engine/images/distribution/push-content.ts';
import type { OciContent } from '../../engine/images/store/oci-content.ts';
import { EngineError } from '../../errors.ts';
import type { Descriptor } from '../../registry/manifest.ts';
import type { PushClient } from '../../registry/push-client.ts';
import { canonicalName, type Reference } from '../../registry/reference.ts';
import type { Job } from '../jobs/job.ts';
import type { Vertex } from '../jobs/vertex.ts';
import { jobCredentials } from '../session/job-session.ts';
import type { ExportParts } from './export-parts.ts';
import type { ImageTarget } from './image-options.ts';
import type { WriteLayer } from './layer-blobs.ts';

/** A repository that the image goes to. */
export interface PushPlace {
  readonly name: Reference;
  readonly client: PushClient;
  /** The layers in the form in which the registry has them, by diff ID, with the repositories that have them. */
  readonly originals: Awaited<ReturnType<typeof originalLayers>>;
}

/** Connects to the repositories of `names`. */
export async function pushPlaces(
  { images, registries, sessions }: ExportParts,
  job: Job,
  names: readonly Reference[],
  diffIds: readonly string[],
  { isInsecure }: Pick<ImageTarget, 'isInsecure'>,
): Promise<PushPlace[]> {
  const { signal } = job;
  return Promise.all(
    names.map(async (name) => {
      const credentials = await jobCredentials(sessions, job, name.domain, signal);
      const originals = await originalLayers(images.store, images.content, diffIds, name.domain);
      const sources = repositories(originals).filter((path) => path !== name.path);
      const client = registries.repository(name, { sources, credentials, isInsecure });
      return { name, client, originals };
    }),
  );
}

function repositories(originals: PushPlace['originals']): string[] {
  return [...new Set([...originals.values()].flatMap(({ repositories }) => repositories))];
}

/**
 * Takes a layer from the registries, if all have it with the same bytes, so that nobody downloads the
 * layers of a base image a second time. Otherwise writes the layer with `write`.
 */
export function reusingOriginals(places: readonly PushPlace[], write: WriteLayer): WriteLayer {
  return async (diffId, signal) => {
    const descriptor = await sharedOriginal(places, diffId, signal);
    return descriptor === undefined ? write(diffId, signal) : { descriptor };
  };
}

async function sharedOriginal(
  places: readonly PushPlace[],
  diffId: string,
  signal: AbortSignal,
): Promise<Descriptor | undefined> {
  const [first] = places;
  const wanted = first?.originals.get(diffId)?.descriptor;
  if (wanted === undefined) return undefined;
  for (const { client, name, originals } of places) {
    const known = originals.get(diffId);
    if (known?.descriptor.digest !== wanted.digest) return undefined;
    let isThere = await client.hasBlob(wanted.digest, signal);
    for (const path of known.repositories) {
      if (isThere || path === name.path) continue;
      isThere = await client.mountBlob(wanted.digest, path, signal);
    }
    if (!isThere) return undefined;
  }
  const { mediaType, digest, size } = wanted;
  return { mediaType, digest, size };
}

/** Pushes an image to all of its places. Throws EngineError that names the place. */
export async function pushImage(
  places: readonly PushPlace[],
  content: OciContent,
  { pushByDigest }: Pick<ImageTarget, 'pushByDigest'>,
  vertex: Vertex,
  signal: AbortSignal,
): Promise<void> {
  for (const { name, client, originals } of places) {
    const { tag, ...untagged } = name;
    const shown = canonicalName({ ...untagged, ...(pushByDigest ? {} : { tag: tag ?? 'latest' }) });
    try {
      const layers = vertex.line('pushing layers');
      const sources = repositories(originals).filter((path) => path !== name.path);
      await pushContentBlobs(client, content, sources, () => {}, signal);
      layers.complete();
      const manifest = vertex.line(`pushing manifest for ${shown}@${content.top.digest}`);
      await pushManifests(client, content, pushByDigest ? undefined : (tag ?? 'latest'), signal);
      manifest.complete();
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      throw new EngineError(error.code, `failed to push ${shown}: ${error.message}`, {
        cause: error,
      });
    }
  }
}
