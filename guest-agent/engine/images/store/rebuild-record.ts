import * as z from 'zod';
import { EngineError, hasCode } from '../../../errors.ts';
import { imageDocumentSchema, mediaTypes, parseDocument } from '../../../registry/manifest.ts';
import type { ContentStore } from '../../../store/content.ts';
import { DAMAGED } from '../../../store/kept-file.ts';
import type { ImageRecord } from './records.ts';

/** The fields of a manifest or index that show which documents belong together. */
const blobSchema = z.looseObject({
  mediaType: z.string().optional(),
  config: z.looseObject({ digest: z.string() }).optional(),
  manifests: z.array(z.looseObject({ digest: z.string() })).optional(),
});

/**
 * Creates an image's record again from its documents. The parent and build step are lost, so a
 * build doesn't reuse the image. Undefined if the configuration or manifest is missing.
 */
export async function rebuildRecord(
  id: string,
  content: ContentStore,
): Promise<ImageRecord | undefined> {
  const config = await readWhole(content, id);
  if (!config || !isImageDocument(id, config)) return undefined;
  const blobs = await Promise.all(
    content.list().map(async (digest) => {
      const bytes = (await readWhole(content, digest)) ?? Buffer.alloc(0);
      return { digest, size: bytes.length, ...parse(bytes) };
    }),
  );
  const manifest = blobs.find((blob) => blob.config?.digest === id);
  if (!manifest) return undefined;
  const { digest, size, mediaType = mediaTypes.ociManifest } = manifest;
  const indexes = blobs.filter(({ manifests }) =>
    manifests?.some((each) => each.digest === digest),
  );
  const all = [id, digest, ...indexes.map((index) => index.digest)];
  return { id, manifest: { digest, mediaType, size }, blobs: all };
}

/** Undefined for a document that is missing or damaged. */
async function readWhole(content: ContentStore, digest: string): Promise<Buffer | undefined> {
  try {
    return await content.read(digest);
  } catch (error) {
    if (error instanceof EngineError || hasCode(error, 'ENOENT', ...DAMAGED)) return undefined;
    throw error;
  }
}

function isImageDocument(id: string, bytes: Buffer): boolean {
  try {
    parseDocument(id, bytes, imageDocumentSchema);
    return true;
  } catch (error) {
    if (error instanceof EngineError) return false;
    throw error;
  }
}

/** Returns an empty object for bytes that aren't such a document. */
function parse(bytes: Buffer): z.infer<typeof blobSchema> {
  try {
    return blobSchema.safeParse(JSON.parse(bytes.toString())).data ?? {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
