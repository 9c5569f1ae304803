import { pullMissing } from '../../build/base-image.ts';
import { expandWord } from '../../build/dockerfile/substitution.ts';
import type { BuildOptions } from '../../build/options.ts';
import type { BasePull, Progress } from '../../build/session.ts';
import { findStage, type Stage } from '../../build/stages.ts';
import type { Images } from '../../engine/images/images.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { EngineError } from '../../errors.ts';
import { parsePlatform } from '../../registry/platform.ts';
import { type BuildProgress, fullName } from './build-progress.ts';

/** The image that a stage begins with. */
export interface BaseImage extends BasePull {
  readonly stage: { readonly number: number; readonly from: Stage['from'] };
}

/**
 * The images that the needed stages begin with. `isReplaced` says for which names the client gave a
 * context.
 */
export function baseImages(
  stages: readonly Stage[],
  globals: ReadonlyMap<string, string>,
  escapeChar: string,
  { always, isReplaced }: { always: boolean; isReplaced: (name: string) => boolean },
): BaseImage[] {
  return stages.flatMap(({ base, from, isSkipped }, number) => {
    const name = expandWord(base, globals, escapeChar);
    const isStage = !/^\d+$/.test(name) && findStage(stages.slice(0, number), name) !== -1;
    if (isSkipped || isStage || name === 'scratch' || name === '' || isReplaced(name)) return [];
    const platform = expandWord(from.flags.get('platform') ?? '', globals, escapeChar);
    return [
      {
        ...{ name, always, stage: { number, from } },
        ...(platform === '' ? {} : { platform: parsePlatform(platform) }),
      },
    ];
  });
}

/** Looks images up in their registries, each only once in a build. */
export class BuildImages {
  readonly #images: Images;
  readonly #options: BuildOptions;
  readonly #progress: BuildProgress;
  readonly #signal: AbortSignal;
  readonly #found = new Map<string, StoredImage>();

  constructor(images: Images, options: BuildOptions, progress: BuildProgress, signal: AbortSignal) {
    this.#images = images;
    this.#options = options;
    this.#progress = progress;
    this.#signal = signal;
  }

  /** Finds the images of stages before anything else runs, so that a wrong name fails early. */
  async *resolve(bases: readonly BaseImage[]): Progress<StoredImage[]> {
    const found: StoredImage[] = [];
    for (const base of bases) found.push(yield* this.pull(base, base.stage));
    return found;
  }

  /** The image with a name, for a stage or for an instruction. */
  async *pull(request: BasePull, stage?: BaseImage['stage']): Progress<StoredImage> {
    const { name, platform = this.#options.platform } = request;
    const key = JSON.stringify([name, platform]);
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    this.#progress.pullBegins(name, stage);
    try {
      const image = yield* pullMissing(this.#images, this.#options, request, this.#signal);
      this.#found.set(key, image);
      this.#progress.pullEnds(name);
      return image;
    } catch (error) {
      throw unresolvedImage(name, error);
    }
  }
}

/** The error for an image that isn't found, in BuildKit's words. */
export function unresolvedImage(name: string, error: unknown): unknown {
  if (!(error instanceof EngineError)) return error;
  return new EngineError(
    error.code,
    `${name}: failed to resolve source metadata for ${fullName(name)}: ${error.message}`,
    { cause: error },
  );
}
