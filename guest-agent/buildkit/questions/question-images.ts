import { findImage } from '../../build/base-image.ts';
import { EngineError } from '../../errors.ts';
import { parseReference, withDefaultTag } from '../../registry/reference.ts';
import { placedError } from '../checks/placed.ts';
import { type Lines, linesOf } from '../checks/report.ts';
import type { DescribedImage, StageImage } from '../checks/walk-stages.ts';
import { type BaseImage, unresolvedImage } from '../frontend/base-images.ts';
import { fullName } from '../frontend/build-progress.ts';
import type { TakenImage } from '../frontend/taken-images.ts';
import { jobCredentials } from '../session/job-session.ts';
import type { QuestionContext } from './question-context.ts';

/** Describes the images that stages begin with, by the stages' numbers. Downloads no layers. */
export async function questionImages(
  context: QuestionContext,
  bases: readonly BaseImage[],
): Promise<ReadonlyMap<number, StageImage>> {
  const [ofBuild] = context.request.platforms;
  const images = new Map<number, StageImage>();
  for (const { name, stage, always, platform = ofBuild } of bases) {
    const image = await describe(context, { name, always, platform }, linesOf(stage.from));
    images.set(stage.number, { name, image, platform });
  }
  return images;
}

/** Finds images from which instructions take files. Throws EngineError as a build does. */
export async function checkTaken(
  context: QuestionContext,
  images: readonly TakenImage[],
): Promise<void> {
  const { alwaysPull: always, platforms } = context.request;
  const [platform] = platforms;
  for (const { name, lines } of images) {
    await describe(context, { name, always, platform }, lines ?? [0, 0]);
  }
}

async function describe(
  context: QuestionContext,
  image: Pick<BaseImage, 'name' | 'always' | 'platform'>,
  lines: Lines,
): Promise<DescribedImage> {
  try {
    return await describeBase(context, image);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw placedError(lines, unresolvedImage(image.name, error).message);
  }
}

async function describeBase(
  { parts: { images, sessions }, job, signal }: QuestionContext,
  { name, always, platform }: Pick<BaseImage, 'name' | 'always' | 'platform'>,
): Promise<DescribedImage> {
  return job.step(`[internal] load metadata for ${fullName(name)}`, async () => {
    const present = always ? undefined : findImage(images, name);
    if (present !== undefined) return present;
    const reference = withDefaultTag(parseReference(name));
    const credentials = await jobCredentials(sessions, job, reference.domain, signal);
    const { os, architecture, variant, config } = await images.describe(
      { reference, platform, credentials },
      signal,
    );
    return { os, architecture, config: config ?? {}, ...(variant && { variant }) };
  });
}
