import { createHash } from 'node:crypto';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { mediaTypes } from '../../../guest-agent/registry/manifest.ts';
import { nativePlatform } from '../../../guest-agent/registry/platform.ts';
import { sha256 } from '../../../guest-agent/store/digest.ts';

/** The documents of an image with this one layer. */
export function imageOf(layer: Buffer): { config: Buffer; manifest: Buffer; diffId: string } {
  const diffId = `sha256:${createHash('sha256').update(uncompressed(layer)).digest('hex')}`;
  const config = Buffer.from(
    JSON.stringify({
      ...nativePlatform(),
      config: { Cmd: ['/a'] },
      rootfs: { type: 'layers', diff_ids: [diffId] },
    }),
  );
  const described = (bytes: Buffer, mediaType: string) => ({
    ...{ mediaType, digest: sha256(bytes), size: bytes.length },
  });
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: described(config, 'application/vnd.oci.image.config.v1+json'),
    layers: [described(layer, 'application/vnd.oci.image.layer.v1.tar+gzip')],
  };
  return { config, manifest: Buffer.from(JSON.stringify(manifest)), diffId };
}

/** As the sender of a damaged stream would announce it. */
function uncompressed(layer: Buffer): Buffer {
  try {
    if (layer.readUInt16BE(0) === 0x1f8b) return gunzipSync(layer);
    if (layer.readUInt32BE(0) === 0x28b52ffd) return zstdDecompressSync(layer);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
  return layer;
}
