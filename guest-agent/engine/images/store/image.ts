import type { Platform } from '../../../registry/platform.ts';
import type { StoredManifest } from './records.ts';

/** The part of an OCI image configuration that containers use (image-spec, config.md). */
export interface ImageConfig {
  readonly User?: string;
  readonly ExposedPorts?: Record<string, object>;
  readonly Env?: string[];
  readonly Entrypoint?: string[];
  readonly Cmd?: string[];
  readonly Volumes?: Record<string, object>;
  readonly WorkingDir?: string;
  readonly Labels?: Record<string, string>;
  readonly StopSignal?: string;
  readonly Healthcheck?: {
    Test?: string[];
    Interval?: number;
    Timeout?: number;
    StartPeriod?: number;
    StartInterval?: number;
    Retries?: number;
  };
  readonly Shell?: string[];
  readonly OnBuild?: string[];
}

/** An image in the cache. */
export interface Image {
  /** The digest of the image configuration, `sha256:<hex>`. */
  readonly id: string;
  readonly config: ImageConfig;
  /** Diff IDs, lowest layer first. */
  readonly layers: readonly string[];
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
  readonly created?: string;
  /** The descriptor of the image's manifest. */
  readonly manifest?: StoredManifest;
}

/** The functions of the image cache that containers need. */
export interface ImageSource {
  /**
   * Finds an image by a reference: a name with a tag or digest, an ID, or the beginning of an ID.
   * Returns the wanted platform of several, or prefers the VM's. Throws EngineError
   * 'not-found' with Docker's message ("No such image: NAME"), also for a missing platform.
   */
  resolve(reference: string, platform?: Platform): Image;
  /** Protects an image's layers from sweeps until disposed of. */
  hold(image: Image): Disposable;
}

/** The facts about containers that the image cache needs. The composition root connects the two. */
export interface ImageUsers {
  /** The containers of an image. */
  containersOf(imageId: string): readonly ImageUser[];
  /** Whether a container's root file system uses a layer, except containers in `gone`. */
  usesLayer(diffId: string, gone?: ReadonlySet<string>): boolean;
}

export interface ImageUser {
  readonly containerId: string;
  readonly running: boolean;
}
