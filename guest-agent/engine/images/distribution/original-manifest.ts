import {
  type Descriptor,
  type Manifest,
  mediaTypes,
  parseManifest,
} from '../../../registry/manifest.ts';
import type { RawManifest } from '../../../registry/origin.ts';
import type { ContentStore } from '../../../store/content.ts';
import type { ImageStore } from '../store/image-store.ts';
import type { StoredImage } from '../store/stored-image.ts';

/** The manifest that the image came with, unless Berth created it for uncompressed layers. */
export async function originalManifest(
  content: ContentStore,
  { record, layers }: StoredImage,
): Promise<{ raw: RawManifest; manifest: Manifest } | undefined> {
  const { digest, mediaType } = record.manifest;
  const bytes = await content.read(digest);
  const manifest = parseManifest(bytes);
  if ('manifests' in manifest) return undefined;
  const isLocal = manifest.layers.every((layer, place) => layer.digest === layers[place]);
  if (isLocal && layers.length > 0) return undefined;
  const { ociManifest } = mediaTypes;
  return { raw: { bytes, digest, mediaType: mediaType || ociManifest }, manifest };
}

/** A layer's descriptor in a registry, and the repositories there that are known to contain the layer. */
export interface OriginalLayer {
  readonly descriptor: Descriptor;
  readonly repositories: readonly string[];
}

/** Those of the layers that came from the registry `domain`, by diff ID. */
export async function originalLayers(
  store: ImageStore,
  content: ContentStore,
  diffIds: readonly string[],
  domain: string,
): Promise<Map<string, OriginalLayer>> {
  const wanted = new Set(diffIds);
  const found = new Map<string, OriginalLayer>();
  for (const image of store.list()) {
    const names = store.namesOf(image.id).filter((name) => name.digest !== undefined);
    const repositories = names.filter((name) => name.domain === domain).map(({ path }) => path);
    if (repositories.length === 0 || !image.layers.some((layer) => wanted.has(layer))) continue;
    const original = await originalManifest(content, image);
    for (const [place, diffId] of image.layers.entries()) {
      const descriptor = original?.manifest.layers[place];
      if (descriptor === undefined || !wanted.has(diffId)) continue;
      const known = found.get(diffId)?.repositories ?? [];
      found.set(diffId, {
        descriptor: found.get(diffId)?.descriptor ?? descriptor,
        repositories: [...new Set([...known, ...repositories])],
      });
    }
  }
  return found;
}
