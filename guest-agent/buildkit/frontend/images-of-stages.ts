import { expandWord } from '../../build/dockerfile/substitution.ts';
import type { BuildSession, Progress } from '../../build/session.ts';
import type { Stage } from '../../build/stages.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import type { StageImage } from '../checks/walk-stages.ts';
import type { BaseImage } from './base-images.ts';

/**
 * The image that each stage begins with, by the stage's number: one of `found`, which belong to
 * `bases`, or an image that the client gave as a context.
 */
export async function* imagesOfStages(
  {
    args,
    escapeChar,
    client,
    keep,
    options,
  }: Pick<BuildSession, 'args' | 'escapeChar' | 'client' | 'keep' | 'options'>,
  stages: readonly Stage[],
  bases: readonly BaseImage[],
  found: readonly StoredImage[],
): Progress<ReadonlyMap<number, StageImage>> {
  const images = new Map<number, StageImage>();
  for (const [index, { name, stage, platform = options.platform }] of bases.entries()) {
    const image = found[index];
    if (image !== undefined) images.set(stage.number, { name, image, platform });
  }
  for (const [number, { base, isSkipped }] of stages.entries()) {
    if (isSkipped) continue;
    const name = expandWord(base, args.globals(), escapeChar);
    const given = client.named(name);
    const image = given?.kind === 'image' ? yield* given.open() : undefined;
    if (image === undefined) continue;
    keep(image);
    // The client chose the image, whatever its platform.
    const { os, architecture, variant } = image;
    images.set(number, { name, image, platform: { os, architecture, variant } });
  }
  return images;
}
