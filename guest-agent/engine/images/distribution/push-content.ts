import type { PushClient } from '../../../registry/push-client.ts';
import { inParallel } from '../../parallel.ts';
import type { OciContent } from '../store/oci-content.ts';
import { shortName } from './layer-downloads.ts';
import type { Report } from './progress.ts';
import { reuseBlob, uploadBlob } from './push-blob.ts';

/** How many blobs of an image are uploaded at the same time. */
export const PARALLEL_BLOBS = 3;

/** Uploads the blobs that the registry lacks. `sources` are other repositories that may have them. */
export async function pushContentBlobs(
  client: PushClient,
  { blobs }: Pick<OciContent, 'blobs'>,
  sources: readonly string[],
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const distinct = new Map(blobs.map((blob) => [blob.digest, blob]));
  await inParallel(PARALLEL_BLOBS, [...distinct.values()], signal, async (blob, inner) => {
    const id = shortName(blob.digest);
    if (await reuseBlob(client, blob.digest, sources, id, report, inner)) return;
    await uploadBlob(client, blob, id, report, inner);
  });
}

/** Uploads the manifests: the top manifest under `tag`, or without a tag under its digest. */
export async function pushManifests(
  client: PushClient,
  { manifests, top }: Pick<OciContent, 'manifests' | 'top'>,
  tag: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  for (const manifest of manifests) {
    const isTop = manifest.digest === top.digest;
    await client.putManifest(isTop ? (tag ?? manifest.digest) : manifest.digest, manifest, signal);
  }
}
