import type { HeldLayer } from '../engine/images/images.ts';
import type { ImageConfig } from '../engine/images/store/image.ts';
import type { BuildSession, Progress } from './session.ts';

/** An instruction, prepared as far as possible without performing it. */
export interface Step {
  /** Whether the image's history leaves the step out. */
  readonly isHidden?: boolean;
  /** The text in the image's history. */
  readonly createdBy: string;
  /** Identifies the step in the cache, together with its parent. By default `createdBy`. */
  readonly cacheKey?: string;
  /** Whether the step can come from the cache even in a build without cache. */
  readonly isAlwaysCached?: boolean;
  readonly config: ImageConfig;
  readonly author?: string;
  /**
   * Creates the layer with the step's files. Not called if the cache has the step. The session has
   * the step's own signal, since the step can outlive its build: see `BuildSteps`.
   */
  readonly layer?: (session: BuildSession) => Progress<HeldLayer | undefined>;
}
