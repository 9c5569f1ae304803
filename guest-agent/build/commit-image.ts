import type { Images } from '../engine/images/images.ts';
import type { StoredImage } from '../engine/images/store/stored-image.ts';
import { nativePlatform } from '../registry/platform.ts';
import { findImage } from './base-image.ts';
import type { BuildSession, Progress, StageState } from './session.ts';
import type { Step } from './step.ts';
import { stepKey } from './steps/step-key.ts';

/** Takes the step's image from the cache, or creates it: the classic builder's way. */
export async function* commitImage(
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
    using layer = step.layer === undefined ? undefined : yield* step.layer(session);
    session.signal.throwIfAborted();
    const request = {
      parent: state.image,
      layer,
      config: step.config,
      createdBy: step.isHidden ? undefined : step.createdBy,
      created: new Date().toISOString(),
      buildStep: cacheKey(step),
      ...(session.dialect.comment === undefined ? {} : { comment: session.dialect.comment }),
      ...(step.author === undefined ? {} : { author: step.author }),
      ...(options.platform === undefined || state.image ? {} : { platform: options.platform }),
    };
    image = await images.commit(request, undefined, session.keep);
  }
  session.keep(image);
  yield { kind: 'image', id: image.id };
  return { ...state, image, layers: image.layers, config: step.config };
}

function fromCache(
  { images, options }: BuildSession,
  { image }: StageState,
  step: Step,
): StoredImage | undefined {
  const { cacheFrom = [] } = options;
  const isGiven = (each: StoredImage) =>
    cacheFrom.length === 0 || cacheFrom.some((name) => isMadeFrom(images, name, each));
  const found = images.builtFrom(image?.id ?? '', cacheKey(step)).filter(isGiven);
  if (image !== undefined) return found[0];
  // An image without a parent has the requested platform.
  const { architecture } = options.platform ?? nativePlatform();
  return found.find((each) => each.architecture === architecture);
}

/** Whether the image with a name is `step`, or was made from it. */
function isMadeFrom(images: Images, name: string, step: StoredImage): boolean {
  for (let id = findImage(images, name)?.id; id !== undefined; ) {
    if (id === step.id) return true;
    id = images.store.get(id)?.record.parent;
  }
  return false;
}

/** A step without files is known by its settings too: `ENV a="b c=d"` looks like `ENV a=b c=d`. */
function cacheKey({ createdBy, cacheKey = createdBy, layer, config }: Step): string {
  return layer === undefined ? stepKey(cacheKey, JSON.stringify(config)) : cacheKey;
}
