import * as z from 'zod';
import { type Descriptor, parseDocument } from '../../../registry/manifest.ts';
import type { RawManifest } from '../../../registry/origin.ts';
import { sha256 } from '../../../store/digest.ts';

/** An index whose unknown fields are kept. */
const indexSchema = z.looseObject({
  manifests: z.array(
    z.looseObject({
      digest: z.string(),
      annotations: z.record(z.string(), z.string()).exactOptional(),
    }),
  ),
});

const REFERENCE = 'vnd.docker.reference.digest';

/**
 * An index with other manifests in the places of its own, which `replacements` maps from the old
 * digests. Entries that aren't there are omitted. Returns the same index if nothing changes.
 */
export function rewriteIndex(
  index: RawManifest,
  replacements: ReadonlyMap<string, Pick<Descriptor, 'mediaType' | 'digest' | 'size'>>,
): RawManifest {
  const document = parseDocument('image index', index.bytes, indexSchema);
  const manifests = document.manifests.flatMap((entry) => {
    const next = replacements.get(entry.digest);
    if (next === undefined) return [];
    const { mediaType, digest, size } = next;
    const attested = replacements.get(entry.annotations?.[REFERENCE] ?? '');
    const annotations = attested && { ...entry.annotations, [REFERENCE]: attested.digest };
    return [{ ...entry, mediaType, digest, size, ...(annotations && { annotations }) }];
  });
  const isSame =
    manifests.length === document.manifests.length &&
    manifests.every(({ digest }, place) => digest === document.manifests[place]?.digest);
  if (isSame) return index;
  const bytes = Buffer.from(JSON.stringify({ ...document, manifests }));
  return { ...index, bytes, digest: sha256(bytes) };
}
