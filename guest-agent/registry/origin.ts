import type { Descriptor } from './manifest.ts';

/** The source of images: a repository of a registry, or the layout that the app ships with. */
export interface ImageOrigin {
  /**
   * The image manifest or index of a tag or digest. For a digest, the bytes match it. Rejects with
   * EngineError 'not-found'.
   */
  manifest(tagOrDigest: string, signal: AbortSignal): Promise<RawManifest>;
  /**
   * The bytes of a blob as one stream, over any number of connections. The stream fails at the end
   * unless size and digest match. Don't use a byte before that.
   */
  blob(descriptor: Descriptor, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/** A repository of a registry that lists its tags. */
export interface ImageRepository extends ImageOrigin {
  /** All tags. Rejects with EngineError 'not-found'. */
  tags(signal: AbortSignal): Promise<string[]>;
}

export interface RawManifest {
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly digest: string;
}
