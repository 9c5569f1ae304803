import type { ImageStep } from '../engine/images/store/commit.ts';
import type { StoredImage } from '../engine/images/store/stored-image.ts';
import { nativePlatform, ociPlatform, type Platform } from '../registry/platform.ts';
import type { BuildSession, DoneStep, StageState } from './session.ts';

/** The image of a finished stage. Undefined if the classic builder's stage has neither files nor steps. */
export async function finishedImage(
  { images, options, dialect, keep }: Pick<BuildSession, 'images' | 'options' | 'dialect' | 'keep'>,
  { image, steps, config }: StageState,
): Promise<StoredImage | undefined> {
  // With BuildKit, `FROM scratch` alone is an image without files.
  if (steps.length === 0 && (image !== undefined || dialect.name === 'classic')) return image;
  const { comment } = dialect;
  const earlier = (image?.document.history ?? []).map(({ created }) => created);
  const times = stepTimes([...earlier, ...steps.map(({ files }) => files?.created)]);
  const request = {
    ...{ parent: image, config, stepsHaveAuthor: dialect.name === 'classic' },
    steps: steps.map((step, index) => ({
      ...imageStep(step, times[earlier.length + index] ?? new Date().toISOString()),
      ...(comment === undefined ? {} : { comment }),
    })),
    platform: imagePlatform(options.platform, image, dialect.name),
  };
  return images.commitSteps(request, keep);
}

/**
 * The platform in the configuration. With BuildKit, the client's comes before that of a base image,
 * which can be of another platform: `FROM --platform=$BUILDPLATFORM`.
 */
function imagePlatform(
  wanted: Platform | undefined,
  image: StoredImage | undefined,
  dialect: 'classic' | 'buildkit',
): Platform {
  if (image === undefined) {
    const platform = wanted ?? nativePlatform();
    return dialect === 'classic' ? platform : ociPlatform(platform);
  }
  const { os, architecture, variant } = image.document;
  if (wanted === undefined || dialect === 'classic') return { os, architecture, variant };
  const target = ociPlatform(wanted);
  const keepsVariant =
    target.variant === undefined && target.os === os && target.architecture === architecture;
  return { ...target, ...(keepsVariant ? { variant } : {}) };
}

function imageStep({ createdBy, author, files }: DoneStep, created: string): ImageStep {
  const layer = files?.layer == null ? undefined : { diffId: files.layer, size: files.size };
  return { createdBy, created, layer, ...(author === undefined ? {} : { author }) };
}

/**
 * As BuildKit: a step without files has the time of the files before it, so that a build from the
 * cache gives the same image. Before the first new files, it has the time of these.
 */
function stepTimes(times: readonly (string | undefined)[]): (string | undefined)[] {
  const first = times.indexOf(undefined);
  const later = first === -1 ? undefined : times.slice(first).find((time) => time !== undefined);
  let created = later ?? times.findLast((time) => time !== undefined);
  let isLate = false;
  return times.map((time) => {
    if (time === undefined) isLate = true;
    else if (isLate) created = time;
    return time ?? created;
  });
}
