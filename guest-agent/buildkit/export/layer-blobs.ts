import type {
  CompressedLayers,
  LayerFormat,
} from '../../engine/images/distribution/compressed-layers.ts';
import type { OciBlob } from '../../engine/images/store/oci-content.ts';
import { blobTypes, type Descriptor } from '../../registry/manifest.ts';

/** A layer in a manifest, with its content unless its destination has it already. */
export interface WrittenLayer {
  readonly descriptor: Descriptor;
  readonly blob?: OciBlob;
}

export type WriteLayer = (diffId: string, signal: AbortSignal) => Promise<WrittenLayer>;

const types: Record<LayerFormat['compression'], { oci: string; docker: string }> = {
  gzip: { oci: blobTypes.ociLayerGzip, docker: blobTypes.dockerLayerGzip },
  zstd: { oci: blobTypes.ociLayerZstd, docker: blobTypes.dockerLayerZstd },
  uncompressed: { oci: blobTypes.ociLayer, docker: blobTypes.dockerLayer },
};

/** Writes layers in a format. */
export function layerWriter(
  compressed: CompressedLayers,
  format: LayerFormat,
  ociTypes: boolean,
): WriteLayer {
  const mediaType = types[format.compression][ociTypes ? 'oci' : 'docker'];
  return async (diffId, signal) => {
    const { digest, size } = await compressed.describe(diffId, signal, format);
    return {
      descriptor: { mediaType, digest, size },
      blob: { digest, size, open: () => compressed.read(diffId, format) },
    };
  };
}

/** The same descriptor with the media type of the other family, as manifests don't mix the two. */
export function withFamily(descriptor: Descriptor, ociTypes: boolean): Descriptor {
  const family = Object.values(types).find(
    ({ oci, docker }) => descriptor.mediaType === oci || descriptor.mediaType === docker,
  );
  if (family === undefined) return descriptor;
  return { ...descriptor, mediaType: ociTypes ? family.oci : family.docker };
}
