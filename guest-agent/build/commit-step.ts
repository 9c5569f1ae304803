import type { HeldLayer } from '../engine/images/images.ts';
import type { ImageConfig } from '../engine/images/store/image.ts';
import type { StoredImage } from '../engine/images/store/stored-image.ts';
import { nativePlatform } from '../registry/platform.ts';
import { type BuildSession, type Progress, type StageState, shortId } from './session.ts';

/** An instruction, prepared as far as possible without performing it. */
export interface Step {
  /**
   * The text in the image's history. Together with the parent image, it identifies the step in the
   * cache.
   */
  readonly createdBy: string;
  readonly config: ImageConfig;
  readonly author?: string;
  /** Creates the layer with the step's files. Not called if the cache has the step. */
  readonly layer?: () => Progress<HeldLayer | undefined>;
}

/** The text of a step in an image's history if the step ran no command. */
export function withoutRun(text: string): string {
  return `/bin/sh -c #(nop) ${text}`;
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
    yield { stream: ' ---> Using cache\n' };
    image = cached;
  } else {
    using layer = step.layer === undefined ? undefined : yield* step.layer();
    session.signal.throwIfAborted();
    image = await images.commit({
      parent: state.image,
      layer,
      config: step.config,
      createdBy: step.createdBy,
      created: new Date().toISOString(),
      isBuildStep: true,
      ...(step.author === undefined ? {} : { author: step.author }),
      ...(options.platform === undefined || state.image ? {} : { platform: options.platform }),
    });
  }
  session.keep(image);
  yield { stream: ` ---> ${shortId(image.id)}\n` };
  return { ...state, image, config: step.config };
}

function fromCache(
  { images, options }: BuildSession,
  { image }: StageState,
  { createdBy }: Step,
): StoredImage | undefined {
  const found = images.builtFrom(image?.id ?? '', createdBy);
  if (image !== undefined) return found[0];
  // An image without a parent has the requested platform.
  const { architecture } = options.platform ?? nativePlatform();
  return found.find((each) => each.architecture === architecture);
}
