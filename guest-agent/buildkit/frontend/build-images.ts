import { pullMissing } from '../../build/base-image.ts';
import type { BuildOptions } from '../../build/options.ts';
import type { BasePull } from '../../build/session.ts';
import type { Images } from '../../engine/images/images.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { EngineError } from '../../errors.ts';
import { unresolvedImage } from './base-images.ts';
import type { BuildProgress, ImageUse } from './build-progress.ts';

/** Looks images up in their registries, each only once in a build. */
export class BuildImages {
  readonly #images: Images;
  readonly #options: BuildOptions;
  readonly #progress: BuildProgress;
  readonly #signal: AbortSignal;
  readonly #tell: (name: string, image: StoredImage) => void;
  readonly #found = new Map<string, Promise<StoredImage>>();

  /** `found` is called with each image. */
  constructor(
    images: Images,
    options: BuildOptions,
    progress: BuildProgress,
    signal: AbortSignal,
    found: (name: string, image: StoredImage) => void = () => {},
  ) {
    this.#tell = found;
    this.#images = images;
    this.#options = options;
    this.#progress = progress;
    this.#signal = signal;
  }

  /** The image with a name, for a stage or for an instruction. */
  pull(request: BasePull, use?: ImageUse): Promise<StoredImage> {
    const { name, platform = this.#options.platform } = request;
    const key = JSON.stringify([name, platform]);
    const found = this.#found.get(key) ?? this.#pull(request, use);
    this.#found.set(key, found);
    return found;
  }

  async #pull(request: BasePull, use: ImageUse | undefined): Promise<StoredImage> {
    const { name } = request;
    const progress = this.#progress.pull(name, use);
    try {
      const pull = pullMissing(this.#images, this.#options, request, this.#signal);
      for (;;) {
        const { done, value } = await pull.next();
        if (done) {
          progress.finish();
          this.#tell(name, value);
          return value;
        }
        if (value.kind === 'pull') progress.take(value.message);
      }
    } catch (cause) {
      if (!(cause instanceof EngineError)) throw cause;
      const error = unresolvedImage(name, cause);
      progress.fail(error.message);
      throw error;
    }
  }
}
