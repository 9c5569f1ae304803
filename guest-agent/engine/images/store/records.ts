import * as z from 'zod';
import { sha256 } from '../../../store/digest.ts';

const storedManifestSchema = z.object({
  digest: z.string(),
  mediaType: z.string(),
  size: z.number(),
});
export type StoredManifest = z.infer<typeof storedManifestSchema>;

/**
 * An image's record on disk, next to its blobs. The record's ID is the hex part of the image's ID.
 */
export const imageRecordSchema = z.object({
  /** The digest of the image configuration. */
  id: z.string(),
  /** The manifest of this platform. */
  manifest: storedManifestSchema,
  /** Other manifests with the same configuration that an index refers to, for example by other compression. */
  manifests: z.array(storedManifestSchema).exactOptional(),
  /** All of its documents in the content store: configuration, manifest, index. */
  blobs: z.array(z.string()),
  /** The local image on which this one is based. Its layers are the first layers of this one. */
  parent: z.string().exactOptional(),
  /**
   * The build step that created the image. The same step with the same parent gives the same image.
   */
  buildStep: z.string().exactOptional(),
});
export type ImageRecord = z.infer<typeof imageRecordSchema>;

/** A name of an image. Moving a tag replaces this record, so a tag is never on two images. */
export const nameRecordSchema = z.object({
  /** Canonical, with a tag or a digest. */
  name: z.string(),
  /**
   * The image that older versions of Berth use for this name. If the name points at an index, this
   * is the stored platform that the VM prefers.
   */
  image: z.string(),
  /** When the image got the name, in ISO 8601. */
  since: z.string(),
  /**
   * The digest under which a registry had the image, if a pull gave it this tag. Not set for a tag
   * from a build, a commit, an archive or the user, or from an older version of Berth.
   */
  pulled: z.string().exactOptional(),
  /** The digest of the index to which the name points, unless it is `pulled` or part of the name. */
  index: z.string().exactOptional(),
});
export type NameRecord = z.infer<typeof nameRecordSchema>;

/** Hashed, since names can be longer than file names. */
export function nameRecordId(name: string): string {
  return sha256(name).slice('sha256:'.length);
}
