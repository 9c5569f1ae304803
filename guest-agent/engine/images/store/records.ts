import * as z from 'zod';
import { sha256 } from '../../../store/digest.ts';

/** An image on disk, beside its blobs. The record's ID is the hex part of the image's. */
export const imageRecordSchema = z.object({
  /** Digest of the image configuration. */
  id: z.string(),
  /** The manifest of this platform. */
  manifest: z.object({ digest: z.string(), mediaType: z.string(), size: z.number() }),
  /** Everything in the content store that belongs to it: configuration, manifest, index. */
  blobs: z.array(z.string()),
  /** The image that this one was made of, here; its layers are the first of this one's. */
  parent: z.string().exactOptional(),
  /** The step of a build that made it of its parent: with the same parent, it makes the same. */
  buildStep: z.string().exactOptional(),
});
export type ImageRecord = z.infer<typeof imageRecordSchema>;

/** A name of an image. Moving a tag replaces this one record, so it is never on two images. */
export const nameRecordSchema = z.object({
  /** Canonical, with a tag or a digest. */
  name: z.string(),
  image: z.string(),
  /** When it was given, ISO 8601. */
  since: z.string(),
  /**
   * The digest under which a registry had the image, where a pull gave it this tag. Absent for a tag
   * that a build, a commit, an archive or a person gave, and for one from before this was recorded.
   */
  pulled: z.string().exactOptional(),
});
export type NameRecord = z.infer<typeof nameRecordSchema>;

/** Names are longer than file names can be. */
export function nameRecordId(name: string): string {
  return sha256(name).slice('sha256:'.length);
}
