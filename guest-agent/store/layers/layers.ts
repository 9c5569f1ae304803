import type { Readable } from 'node:stream';

/** A stored image layer, identified by the sha256 of its uncompressed tar. */
export interface Layer {
  /** `sha256:<hex>`, the diff ID of the OCI image specification. */
  readonly diffId: string;
  /** In bytes of the uncompressed tar. */
  readonly size: number;
}

/** Image layers on disk: stored once, mounted read-only, shared by images and containers. */
export interface LayerStore {
  /** Undefined unless the layer is stored, complete and verified. */
  get(diffId: string): Layer | undefined;
  /**
   * Stores an uncompressed tar. Nothing is visible until its digest is verified as `diffId`.
   * Otherwise rejects with EngineError 'invalid' and leaves nothing behind. Idempotent; concurrent
   * calls for one layer share the result.
   */
  ingest(diffId: string, tar: Readable): Promise<Layer>;
  /**
   * Stores an uncompressed tar with an unknown digest. `claim` gets its diff ID before the layer is
   * visible, so that no sweep removes it. Rejects with EngineError 'invalid' if the tar isn't
   * valid, and leaves nothing behind.
   */
  add(tar: Readable, claim: (diffId: string) => void): Promise<Layer>;
  /**
   * Resolves when the stored layers are on the disk. A power cut before that can lose them, but
   * leaves no damaged layer. A crash of the engine loses nothing.
   */
  durable(diffIds: readonly string[]): Promise<void>;
  /** The exact bytes that were stored. */
  open(diffId: string): Promise<Readable>;
  /**
   * Mounts the layer read-only and returns the mount point. Idempotent, also across agent restarts.
   */
  mount(diffId: string): Promise<string>;
  /** Unmounts and deletes a layer. Idempotent. The caller makes sure that nothing uses it. */
  remove(diffId: string): Promise<void>;
  /** Every stored layer. */
  list(): Layer[];
}
