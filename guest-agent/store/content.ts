/** Small blobs by digest: image indexes, manifests, configurations. Layers live elsewhere. */
export interface ContentStore {
  has(digest: string): boolean;
  /** The verified bytes. Rejects with EngineError 'not-found' when absent, 'internal' when damaged. */
  read(digest: string): Promise<Buffer>;
  /**
   * Stores bytes whose digest must be `digest` (else EngineError 'invalid'). Durable once it
   * resolves. Idempotent.
   */
  write(digest: string, bytes: Uint8Array): Promise<void>;
  /** Idempotent. */
  remove(digest: string): Promise<void>;
  /** Digests of everything stored. */
  list(): string[];
}
