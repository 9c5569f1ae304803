/** Small blobs by digest: image indexes, manifests, configurations. Layers are stored elsewhere. */
export interface ContentStore {
  has(digest: string): boolean;
  /** The verified bytes. Rejects with EngineError 'not-found' if missing, 'internal' if damaged. */
  read(digest: string): Promise<Buffer>;
  /**
   * Stores bytes whose digest must be `digest` (otherwise EngineError 'invalid'). Durable once it
   * resolves. Idempotent.
   */
  write(digest: string, bytes: Uint8Array): Promise<void>;
  /** Idempotent. */
  remove(digest: string): Promise<void>;
  /** The digests of all stored blobs. */
  list(): string[];
}
