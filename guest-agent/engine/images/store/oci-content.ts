import { type Descriptor, mediaTypes } from '../../../registry/manifest.ts';
import type { RawManifest } from '../../../registry/origin.ts';
import type { Platform } from '../../../registry/platform.ts';
import { sha256 } from '../../../store/digest.ts';

/** A blob that can be read more than once. */
export interface OciBlob {
  readonly digest: string;
  readonly size: number;
  readonly open: () => AsyncIterable<Uint8Array>;
}

/** The descriptor of a manifest in an index, with its platform. */
export interface ManifestDescriptor extends Descriptor {
  readonly platform?: Platform | undefined;
}

/** An image, or an index with several, with everything that belongs to it (OCI image-spec). */
export interface OciContent {
  readonly top: ManifestDescriptor;
  /** Manifests and indexes. An index comes after its manifests, so the last one is the top. */
  readonly manifests: readonly RawManifest[];
  /** Configurations, layers and attestations. */
  readonly blobs: readonly OciBlob[];
}

export function bytesBlob(bytes: Uint8Array): OciBlob {
  return {
    ...{ digest: sha256(bytes), size: bytes.length },
    open: async function* () {
      yield bytes;
    },
  };
}

/** A manifest or an index as the bytes that its digest stands for. */
export function rawManifest(document: {
  readonly mediaType: string;
  readonly [key: string]: unknown;
}): RawManifest {
  // BuildKit's own form, so that people can read the documents too.
  const bytes = Buffer.from(JSON.stringify(document, undefined, 2));
  return { bytes, mediaType: document.mediaType, digest: sha256(bytes) };
}

/** What an index or an archive says of a manifest. Empty annotations are omitted. */
export function manifestDescriptor(
  { mediaType, digest, bytes }: RawManifest,
  annotations: Readonly<Record<string, string>> = {},
  platform?: Platform,
): ManifestDescriptor {
  return {
    ...{ mediaType: mediaType || mediaTypes.ociManifest, digest, size: bytes.length },
    ...(Object.keys(annotations).length === 0 ? {} : { annotations: { ...annotations } }),
    ...(platform === undefined ? {} : { platform }),
  };
}
