import { expandWord } from '../../build/dockerfile/substitution.ts';
import { findBase, type Stage } from '../../build/stages.ts';
import type { Image } from '../../engine/images/store/image.ts';
import { nativePlatform, type Platform, platformId } from '../../registry/platform.ts';
import { checkOrder } from './reference-checks.ts';
import { linesOf } from './report.ts';
import type { StageFacts } from './stage-facts.ts';
import { type StageBase, type WalkContext, walkStage } from './stage-walk.ts';

/** The part of an image's description that checks depend on. */
export type DescribedImage = Pick<Image, 'os' | 'architecture' | 'variant' | 'config'>;

/** A base image, and the platform that the build wants it for. */
export interface StageImage {
  readonly name: string;
  readonly image: DescribedImage;
  readonly platform: Platform | undefined;
}

const NO_IMAGE: StageBase = { environment: [], directory: '/', hasShell: false, triggers: [] };

/**
 * Checks the instructions of all stages that aren't skipped, and returns what is known of them.
 * `imageOf` tells the base image of the stage with a number.
 */
export function walkStages(
  stages: readonly Stage[],
  imageOf: (stage: number) => StageImage | undefined,
  context: WalkContext,
): (StageFacts | undefined)[] {
  const facts: (StageFacts | undefined)[] = [];
  for (const [number, stage] of stages.entries()) {
    if (stage.isSkipped) {
      facts.push(undefined);
      continue;
    }
    checkOrder(context.all ?? stages, number, context.isReplaced ?? (() => false));
    const image = imageOf(number);
    if (image !== undefined) checkPlatform(stage, image, context);
    const name = expandWord(stage.base, context.globals, context.escapeChar);
    const index = image === undefined ? earlierStage(stages, number, name) : -1;
    facts.push(walkStage(stage, baseOf(image?.image, stages[index], facts[index]), context));
  }
  return facts;
}

/** The index of the earlier stage with a name, or -1. */
export function earlierStage(stages: readonly Stage[], number: number, name: string): number {
  return findBase(stages.slice(0, number), name);
}

function baseOf(
  image: DescribedImage | undefined,
  stage: Stage | undefined,
  facts: StageFacts | undefined,
): StageBase {
  if (image !== undefined) {
    const { Env = [], WorkingDir = '', Shell = [], OnBuild = [] } = image.config;
    return {
      environment: Env,
      directory: WorkingDir,
      hasShell: Shell.length > 0,
      triggers: OnBuild,
    };
  }
  if (stage === undefined) return NO_IMAGE;
  const triggers = stage.instructions.filter(({ keyword }) => keyword === 'ONBUILD');
  return { ...NO_IMAGE, triggers: triggers.map(({ text }) => text), stage: facts };
}

/** A registry or another build can give an image of another platform. */
function checkPlatform(stage: Stage, { name, image, platform }: StageImage, context: WalkContext) {
  const wanted = platform ?? nativePlatform();
  if (wanted.os === image.os && wanted.architecture === image.architecture) return;
  context.report.warn(
    'InvalidBaseImagePlatform',
    linesOf(stage.from),
    ...([name, platformId(wanted), platformId(image)] as const),
  );
}
