import { findImage } from '../../build/base-image.ts';
import type { Images } from '../../engine/images/images.ts';
import type { Registries } from '../../engine/images/registries.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { EngineError } from '../../errors.ts';
import { blobTypes } from '../../registry/manifest.ts';
import { familiarName } from '../../registry/reference.ts';
import type { Job } from '../jobs/job.ts';
import type { CachePlace } from './cache-places.ts';
import { cacheReference, type OpenCache } from './cache-source.ts';

export interface ImageParts {
  readonly images: Images;
  readonly registries: Registries;
}

/**
 * The image of this engine with the name of a cache. As in Docker, the registry isn't asked then.
 * Undefined if there is none. Throws EngineError 'invalid'.
 */
export async function openImage(
  { images, registries }: ImageParts,
  job: Pick<Job, 'keep'>,
  { type, attributes }: CachePlace,
): Promise<OpenCache | undefined> {
  if (type !== 'registry') return undefined;
  const image = findImage(images, familiarName(cacheReference(attributes.ref)));
  if (image === undefined) return undefined;
  job.keep(() => images.hold(image));
  const { compressed } = registries;
  return {
    isHere: true,
    source: {
      manifest: async (digest) => {
        throw new EngineError('not-found', `manifest for ${digest} not found`);
      },
      blob: async function* ({ digest }) {
        if (digest === image.id) yield await images.content.read(digest);
        else yield* compressed.read(digest, { compression: 'uncompressed' });
      },
    },
    top: await manifestOf(images, image),
  };
}

/** A manifest that names layers by their diff IDs. */
async function manifestOf(images: Images, { id, layers }: StoredImage): Promise<Buffer> {
  const { length } = await images.content.read(id);
  return Buffer.from(
    JSON.stringify({
      config: { mediaType: blobTypes.ociConfig, digest: id, size: length },
      layers: layers.map((digest) => {
        const size = images.layers.get(digest)?.size ?? 0;
        return { mediaType: blobTypes.ociLayer, digest, size };
      }),
    }),
  );
}
