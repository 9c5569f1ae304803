import type { Readable } from 'node:stream';

/** An image layer as it is stored, named by the sha256 of its uncompressed tar. */
export interface Layer {
  /** `sha256:<hex>`, the diff ID of the OCI image specification. */
  readonly diffId: string;
  /** Bytes of the uncompressed tar. */
  readonly size: number;
}

/** Image layers on disk: ingested once, mounted read-only, shared by images and containers. */
export interface LayerStore {
  /** Undefined when the layer isn't here, whole and verified. */
  get(diffId: string): Layer | undefined;
  /**
   * Stores an uncompressed tar. Nothing is visible until its digest proved to be `diffId`;
   * rejects with EngineError 'invalid' when not, and leaves nothing behind. Idempotent;
   * concurrent calls for one layer share the work's result.
   */
  ingest(diffId: string, tar: Readable): Promise<Layer>;
  /**
   * Stores an uncompressed tar of which nothing is known beforehand. `claim` gets its diff ID
   * before the layer can be seen, so that no sweep takes it first. A tar that isn't valid rejects
   * with EngineError 'invalid', and leaves nothing behind.
   */
  add(tar: Readable, claim: (diffId: string) => void): Promise<Layer>;
  /** The exact bytes that were ingested. */
  open(diffId: string): Promise<Readable>;
  /** Mounts the layer read-only and returns the mount point. Idempotent, survives agent restarts. */
  mount(diffId: string): Promise<string>;
  /** Unmounts and deletes. Idempotent. The caller knows that nothing uses it any more. */
  remove(diffId: string): Promise<void>;
  /** Every stored layer. */
  list(): Layer[];
}
