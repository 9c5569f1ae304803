import {
  DockerfileError,
  type Instruction,
  parseTrigger,
  triggerText,
} from '../../build/dockerfile/parse.ts';
import { expandWord } from '../../build/dockerfile/substitution.ts';
import { inOrder } from '../../build/in-order.ts';
import { checkStep } from '../../build/instructions/check-step.ts';
import type { BasePull, BuildClient, Progress } from '../../build/session.ts';
import { findBase, type Stage } from '../../build/stages.ts';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import type { Platform } from '../../registry/platform.ts';
import { linesOf } from '../checks/report.ts';
import type { StageImage } from '../checks/walk-stages.ts';
import { type BaseImage, baseImages } from './base-images.ts';
import type { PullPlace } from './build-images.ts';
import type { BuildProgress } from './build-progress.ts';
import { markNeeded, type Triggers } from './needed-stages.ts';
import { takenImages } from './taken-images.ts';

interface BaseParts {
  readonly globals: ReadonlyMap<string, string>;
  readonly escapeChar: string;
  readonly always: boolean;
  /** The platform of the build. */
  readonly platform?: Platform | undefined;
  readonly client: Pick<BuildClient, 'named'>;
  readonly isReplaced: (name: string) => boolean;
  readonly pull: (image: BasePull, place: PullPlace) => Promise<StoredImage>;
  readonly keep: (image: StoredImage) => void;
  readonly progress: BuildProgress;
}

/** The stages with those marked that the target needs, and the images' `ONBUILD` instructions. */
interface ResolvedStages {
  readonly stages: readonly Stage[];
  readonly triggers: Triggers;
  /** The images that stages begin with, by the stages' numbers. */
  readonly bases: ReadonlyMap<number, StageImage>;
}

type FoundImage = [
  base: Pick<BaseImage, 'name' | 'platform'> & { stage: { number: number } },
  image: StoredImage,
];

/**
 * Finds the images that stages begin with, and those that instructions take files from, before
 * anything else runs, so that a wrong name fails early. Their `ONBUILD` instructions can need more
 * stages, and these more images. `all` are the Dockerfile's stages, also those after the target.
 */
export async function resolveBases(
  parts: BaseParts,
  planned: readonly Stage[],
  all: readonly Stage[] = planned,
): Promise<ResolvedStages> {
  const { globals, escapeChar, always, isReplaced, keep, progress } = parts;
  const triggers = new Map<number, readonly Instruction[]>();
  const images = new Map<number, StageImage>();
  const seen = new Set<number>();
  const taken = new Set<string>();
  const parents = parentStages(parts, planned);
  for (;;) {
    const stages = markNeeded(planned, globals, escapeChar, isReplaced, triggers);
    const isNew = (number: number) => !stages[number]?.isSkipped && !seen.has(number);
    const bases = baseImages(stages, globals, escapeChar, parts).filter(({ stage }) =>
      isNew(stage.number),
    );
    for (const { name, stage } of bases) progress.addBase(stage.number, name);
    const ofStages = bases.map(async (base): Promise<FoundImage> => {
      const { number: stage, from } = base.stage;
      return [base, await parts.pull(base, { stage, lines: linesOf(from) })];
    });
    const whole = new Map([...ownTriggers(parts, stages, parents), ...triggers]);
    const ofInstructions = takenImages(stages, { all, triggers: whole, isReplaced })
      .filter(({ name }) => !taken.has(name))
      .map(async ({ name, lines }) => {
        taken.add(name);
        keep(await parts.pull({ name, always }, { lines }));
      });
    await inOrder([...ofStages, ...ofInstructions]);
    const found = await Promise.all(ofStages);
    for (const [number, stage] of stages.entries()) {
      if (!isNew(number)) continue;
      const image = await givenImage(parts, stage);
      // The client chose this image, whatever its platform.
      if (image !== undefined) {
        found.push([{ name: stage.base, stage: { number }, platform: platformOf(image) }, image]);
      }
    }
    for (const [{ name, stage, platform = parts.platform }, image] of found) {
      const { number } = stage;
      keep(image);
      images.set(number, { name, image, platform });
      const texts = image.config.OnBuild ?? [];
      triggers.set(
        number,
        texts.map((text) => parseTrigger(text, escapeChar)),
      );
    }
    const before = seen.size;
    for (const [number, { isSkipped }] of stages.entries()) if (!isSkipped) seen.add(number);
    if (seen.size === before) {
      const whole = new Map([...ownTriggers(parts, stages, parents), ...triggers]);
      for (const number of seen) checkTriggers(all.length, stages[number], whole.get(number));
      progress.setStages(whole, parents);
      return { stages, triggers, bases: images };
    }
  }
}

/** The image that the client gave in place of the one that a stage begins with. */
async function givenImage(
  { client, globals, escapeChar }: BaseParts,
  { base }: Stage,
): Promise<StoredImage | undefined> {
  const given = client.named(expandWord(base, globals, escapeChar));
  return given?.kind === 'image' ? resultOf(given.open()) : undefined;
}

/** The numbers of the stages that stages begin with, by the stages' numbers. */
function parentStages(
  { globals, escapeChar, isReplaced }: BaseParts,
  stages: readonly Stage[],
): Map<number, number> {
  const parents = stages.map(({ base }, number): [number, number] => {
    const name = expandWord(base, globals, escapeChar);
    return [number, isReplaced(name) ? -1 : findBase(stages.slice(0, number), name)];
  });
  return new Map(parents.filter(([, parent]) => parent !== -1));
}

/** The `ONBUILD` instructions of stages that other stages begin with. */
function ownTriggers(
  { escapeChar }: BaseParts,
  stages: readonly Stage[],
  parents: ReadonlyMap<number, number>,
): [number, Instruction[]][] {
  return [...parents].map(([number, parent]) => {
    const own = (stages[parent]?.instructions ?? []).filter(({ keyword }) => keyword === 'ONBUILD');
    return [number, own.map((onbuild) => parseTrigger(triggerText(onbuild), escapeChar))];
  });
}

/** Finds mistakes in `ONBUILD` instructions as in others. Their place is the stage's `FROM`. */
function checkTriggers(
  stages: number,
  stage: Stage | undefined,
  triggers: readonly Instruction[] = [],
): void {
  try {
    for (const trigger of triggers) checkStep(trigger, stages);
  } catch (error) {
    if (!(error instanceof DockerfileError) || stage === undefined) throw error;
    const { line, endLine } = stage.from;
    throw error.line === 0 ? error : new DockerfileError(error.message, line, endLine);
  }
}

function platformOf({ os, architecture, variant }: StoredImage): Platform {
  return { os, architecture, variant };
}

async function resultOf<T>(events: Progress<T>): Promise<T> {
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
  }
}
