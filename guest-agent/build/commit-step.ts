import type { HeldLayer } from '../engine/images/images.ts';
import type { ImageConfig } from '../engine/images/store/image.ts';
import type { StoredImage } from '../engine/images/store/stored-image.ts';
import { nativePlatform } from '../registry/platform.ts';
import type { BuildSession, Progress, StageState } from './session.ts';

/** An instruction, prepared as far as possible without performing it. */
export interface Step {
  /** Whether the image's history leaves the step out. */
  readonly isHidden?: boolean;
  /** The text in the image's history. */
  readonly createdBy: string;
  /** Identifies the step in the cache, together with the parent image. By default `createdBy`. */
  readonly cacheKey?: string;
  readonly config: ImageConfig;
  readonly author?: string;
  /** Creates the layer with the step's files. Not called if the cache has the step. */
  readonly layer?: () => Progress<HeldLayer | undefined>;
}

/** Takes the step's image from the cache, or creates it. */
export async function* commitStep(
  session: BuildSession,
  state: StageState,
  step: Step,
): Progress<StageState> {
  const { images, options } = session;
  const cached = options.useCache ? fromCache(session, state, step) : undefined;
  let image: StoredImage;
  if (cached !== undefined) {
    yield { kind: 'cached' };
    image = cached;
  } else {
    const epoch = session.args.epoch();
    using layer = step.layer === undefined ? undefined : yield* step.layer();
    session.signal.throwIfAborted();
    image = await images.commit({
      parent: state.image,
      layer,
      config: step.config,
      createdBy: step.isHidden ? undefined : step.createdBy,
      created: new Date(epoch === undefined ? Date.now() : epoch * 1000).toISOString(),
      buildStep: cacheKey(session, step),
      ...(session.dialect.comment === undefined ? {} : { comment: session.dialect.comment }),
      ...(step.author === undefined ? {} : { author: step.author }),
      ...(options.platform === undefined || state.image ? {} : { platform: options.platform }),
    });
  }
  session.keep(image);
  yield { kind: 'image', id: image.id };
  return { ...state, image, config: step.config };
}

function fromCache(
  session: BuildSession,
  { image }: StageState,
  step: Step,
): StoredImage | undefined {
  const { images, options } = session;
  const found = images.builtFrom(image?.id ?? '', cacheKey(session, step));
  if (image !== undefined) return found[0];
  // An image without a parent has the requested platform.
  const { architecture } = options.platform ?? nativePlatform();
  return found.find((each) => each.architecture === architecture);
}

/** Steps of different builders have different histories, so one isn't the other's cache. */
function cacheKey(
  { dialect, args }: BuildSession,
  { createdBy, cacheKey = createdBy }: Step,
): string {
  // Images with a given time have this time in their history.
  const epoch = args.epoch();
  return `${dialect.cachePrefix}${epoch === undefined ? '' : `at ${epoch}: `}${cacheKey}`;
}
