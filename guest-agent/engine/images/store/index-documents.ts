import { EngineError } from '../../../errors.ts';
import { parseManifest } from '../../../registry/manifest.ts';
import type { RawManifest } from '../../../registry/origin.ts';
import { sha256 } from '../../../store/digest.ts';
import type { ImageDocuments } from './commit.ts';

/** An index to store, with everything that it refers to and that is stored with it. */
export interface IndexDocuments {
  /** Lists the manifests. It may list manifests of platforms that aren't stored, too. */
  readonly index: RawManifest;
  /** The images, at least one. Their layers must be in the store, and the caller keeps them. */
  readonly images: readonly ImageDocuments[];
  /** Attestations: their manifests, configurations and statements. */
  readonly blobs: readonly { readonly digest: string; readonly bytes: Uint8Array }[];
}

/** Throws EngineError 'invalid' if the documents don't belong together. */
export function checkIndex({ index, images }: IndexDocuments): void {
  const parsed = parseManifest(index.bytes);
  if (!('manifests' in parsed) || sha256(index.bytes) !== index.digest) {
    throw new EngineError('invalid', `${index.digest} is not an image index`);
  }
  if (images.length === 0) throw new EngineError('invalid', 'the index has no image');
  for (const { rawManifest } of images) {
    if (parsed.manifests.some(({ digest }) => digest === rawManifest.digest)) continue;
    throw new EngineError('invalid', `the index doesn't list the manifest ${rawManifest.digest}`);
  }
}
