import type { Descriptor } from './manifest.ts';

/** Where images come from: a repository of a registry, or the layout that the app carries. */
export interface ImageOrigin {
  /**
   * The image manifest or index behind a tag or digest. When asked by digest, the bytes have it.
   * Rejects with EngineError 'not-found'.
   */
  manifest(tagOrDigest: string, signal: AbortSignal): Promise<RawManifest>;
  /**
   * The bytes of a blob, whole, as one stream over any number of connections; it fails unless they
   * have the descriptor's size and digest in the end. Don't trust a byte before that.
   */
  blob(descriptor: Descriptor, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/** A repository of a registry, which tells what it has. */
export interface ImageRepository extends ImageOrigin {
  /** All tags. Rejects with EngineError 'not-found'. */
  tags(signal: AbortSignal): Promise<string[]>;
}

export interface RawManifest {
  readonly bytes: Buffer;
  readonly mediaType: string;
  readonly digest: string;
}
