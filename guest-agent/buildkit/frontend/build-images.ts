import { pullMissing } from '../../build/base-image.ts';
import type { BuildOptions } from '../../build/options.ts';
import type { BasePull } from '../../build/session.ts';
import type { Images } from '../../engine/images/images.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { EngineError } from '../../errors.ts';
import { placedError } from '../checks/placed.ts';
import type { Lines } from '../checks/report.ts';
import { unresolvedImage } from './base-images.ts';
import type { BuildProgress } from './build-progress.ts';

/** Why an image is looked up. */
export interface PullPlace {
  /** The number of the stage that begins with the image. */
  readonly stage?: number;
  /** The place of an error. */
  readonly lines?: Lines | undefined;
}

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
  pull(request: BasePull, place: PullPlace = {}): Promise<StoredImage> {
    const { name, platform = this.#options.platform } = request;
    const key = JSON.stringify([name, platform]);
    const found = this.#found.get(key) ?? this.#pull(request, place);
    this.#found.set(key, found);
    return found;
  }

  async #pull(request: BasePull, place: PullPlace): Promise<StoredImage> {
    const { name } = request;
    const progress = this.#progress.pull(name, place.stage);
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
      throw place.lines === undefined ? error : placedError(place.lines, error.message);
    }
  }
}
