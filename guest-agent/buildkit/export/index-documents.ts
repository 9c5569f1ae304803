import { buffer } from 'node:stream/consumers';
import type { IndexDocuments } from '../../engine/images/store/index-documents.ts';
import { EngineError } from '../../errors.ts';
import { imageDocumentSchema, parseDocument } from '../../registry/manifest.ts';
import type { WrittenImage } from './write-image.ts';

/** The documents of a written index, for the store. Its layers must be there. */
export async function indexDocuments({
  manifests,
  blobs,
  images,
}: WrittenImage): Promise<IndexDocuments> {
  const index = manifests.at(-1);
  if (index === undefined) throw new EngineError('internal', 'the index has no document');
  const ofImages = new Set(images.map(({ rawManifest }) => rawManifest.digest));
  const attestations = manifests.slice(0, -1).filter(({ digest }) => !ofImages.has(digest));
  const others = await Promise.all(
    blobs.map(async ({ digest, open }) => ({ digest, bytes: await buffer(open()) })),
  );
  return {
    index,
    images: images.map(({ rawConfig, rawManifest }) => ({
      ...{ rawConfig, rawManifest },
      document: parseDocument('image configuration', rawConfig, imageDocumentSchema),
    })),
    blobs: [...attestations.map(({ digest, bytes }) => ({ digest, bytes })), ...others],
  };
}
