import { buffer } from 'node:stream/consumers';
import {
  type Descriptor,
  imageDocumentSchema,
  parseDocument,
  parseManifest,
} from '../../../registry/manifest.ts';
import type { ImageOrigin } from '../../../registry/origin.ts';
import type { Platform } from '../../../registry/platform.ts';

/** The image that a registry has under a name. */
export interface Distribution {
  readonly descriptor: Descriptor;
  readonly platforms: readonly Platform[];
}

/** Asks a registry and downloads only documents. Rejects with EngineError 'not-found'. */
export async function inspectDistribution(
  origin: ImageOrigin,
  tagOrDigest: string,
  signal: AbortSignal,
): Promise<Distribution> {
  const { bytes, digest, mediaType } = await origin.manifest(tagOrDigest, signal);
  const descriptor = { mediaType, digest, size: bytes.length };
  const parsed = parseManifest(bytes);
  if ('manifests' in parsed) {
    const platforms = parsed.manifests.flatMap(({ platform }) => (platform ? [platform] : []));
    return { descriptor, platforms };
  }
  const config = await buffer(origin.blob(parsed.config, signal));
  const { os, architecture, variant } = parseDocument(
    'image configuration',
    config,
    imageDocumentSchema,
  );
  return { descriptor, platforms: [{ os, architecture, variant }] };
}
