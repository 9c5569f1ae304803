import {
  type Descriptor,
  type ImageIndex,
  mediaTypes,
  parseManifest,
} from '../../../registry/manifest.ts';
import type { ContentStore } from '../../../store/content.ts';

export type IndexEntry = ImageIndex['manifests'][number];

/** An index to which names point (OCI image-spec, image-index.md). */
export interface StoredIndex {
  readonly digest: string;
  readonly mediaType: string;
  readonly size: number;
  /** The manifests of all platforms, also of those that aren't in the store, and attestations. */
  readonly manifests: readonly IndexEntry[];
  /** The stored documents that belong to no image: the index itself, and attestations. */
  readonly blobs: readonly string[];
}

/** The platform that BuildKit gives to attestations. */
const UNKNOWN = 'unknown';

/** The digest of the manifest that an entry's attestation describes. Undefined for images. */
export function attestedManifest({ annotations = {} }: IndexEntry): string | undefined {
  if (annotations['vnd.docker.reference.type'] !== 'attestation-manifest') return undefined;
  return annotations['vnd.docker.reference.digest'] ?? '';
}

/** Whether an entry is the manifest of an image. */
export function isImageEntry(entry: IndexEntry): boolean {
  return attestedManifest(entry) === undefined && entry.platform?.os !== UNKNOWN;
}

/**
 * Reads an index from the store. Undefined for a document that isn't an index. Throws EngineError
 * 'not-found', 'internal' or 'invalid' if the index is missing or damaged.
 */
export async function readIndex(
  content: ContentStore,
  digest: string,
): Promise<StoredIndex | undefined> {
  const bytes = await content.read(digest);
  const parsed = parseManifest(bytes);
  if (!('manifests' in parsed)) return undefined;
  const others = parsed.manifests.filter((entry) => !isImageEntry(entry));
  const blobs = await Promise.all(others.map((entry) => blobsOf(content, entry)));
  const { manifests, mediaType = mediaTypes.ociIndex } = parsed;
  return {
    ...{ digest, mediaType, size: bytes.length, manifests },
    blobs: [digest, ...blobs.flat()],
  };
}

/** The stored blobs of a manifest that isn't an image's. */
async function blobsOf(content: ContentStore, { digest }: Descriptor): Promise<string[]> {
  if (!content.has(digest)) return [];
  const manifest = parseManifest(await content.read(digest));
  if ('manifests' in manifest) return [digest];
  const inner = [manifest.config, ...manifest.layers].map((blob) => blob.digest);
  return [digest, ...inner.filter((blob) => content.has(blob))];
}
