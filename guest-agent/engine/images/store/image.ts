/** The part of an OCI image configuration that containers start from (image-spec, config.md). */
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
  /** Digest of the image configuration, `sha256:<hex>`. */
  readonly id: string;
  readonly config: ImageConfig;
  /** Diff IDs, lowest layer first. */
  readonly layers: readonly string[];
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
  readonly created?: string;
}

/** What containers need of the image cache. */
export interface ImageSource {
  /**
   * The image that a reference means: a name with tag or digest, an ID, or the beginning of an ID.
   * Throws EngineError 'not-found' with Docker's message ("No such image: NAME").
   */
  resolve(reference: string): Image;
  /** Keeps the layers of an image from every sweep until disposed of. */
  hold(image: Image): Disposable;
}

/** What the image cache must know of containers. The composition root wires it. */
export interface ImageUsers {
  /** The containers made from an image. */
  containersOf(imageId: string): readonly ImageUser[];
  /** Whether the root file system of a container stands on a layer, other than of those `gone`. */
  usesLayer(diffId: string, gone?: ReadonlySet<string>): boolean;
}

export interface ImageUser {
  readonly containerId: string;
  readonly running: boolean;
}
