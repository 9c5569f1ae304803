import { expandWord } from '../../build/dockerfile/substitution.ts';
import type { BasePull } from '../../build/session.ts';
import { findBase, type Stage } from '../../build/stages.ts';
import { EngineError } from '../../errors.ts';
import { parsePlatform } from '../../registry/platform.ts';
import { parseReference } from '../../registry/reference.ts';
import { placed } from '../checks/placed.ts';
import { linesOf } from '../checks/report.ts';
import { fullName } from './build-progress.ts';

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
    if (isSkipped || isReplaced(name) || !isImage(stages, number, name)) return [];
    const platform = expandWord(from.flags.get('platform') ?? '', globals, escapeChar);
    return [
      {
        ...{ name, always, stage: { number, from } },
        ...(platform === '' ? {} : { platform: parsePlatform(platform) }),
      },
    ];
  });
}

/**
 * Checks the names of all images that stages begin with. As in BuildKit, a wrong name is an error
 * even if the target doesn't need the stage. Throws DockerfileError.
 */
export function checkBaseNames(
  stages: readonly Stage[],
  globals: ReadonlyMap<string, string>,
  escapeChar: string,
  isReplaced: (name: string) => boolean,
): void {
  for (const [number, { base, from }] of stages.entries()) {
    const name = expandWord(base, globals, escapeChar);
    if (isReplaced(name) || !isImage(stages, number, name)) continue;
    placed(linesOf(from), () => checkName(name));
  }
}

/** Whether the stage with a number begins with an image, not with an earlier stage. */
function isImage(stages: readonly Stage[], number: number, name: string): boolean {
  return name !== 'scratch' && name !== '' && findBase(stages.slice(0, number), name) === -1;
}

/** Throws EngineError 'invalid' in BuildKit's words. */
export function checkName(name: string): void {
  try {
    parseReference(name);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new EngineError('invalid', `failed to parse stage name "${name}": ${error.message}`);
  }
}

/** The error for an image that isn't found, in BuildKit's words. */
export function unresolvedImage(name: string, cause: EngineError): EngineError {
  const full = fullName(name);
  const isMissing = cause.code === 'not-found' && cause.message.startsWith('manifest for ');
  const reason = isMissing ? `${full}: not found` : cause.message;
  return new EngineError(
    cause.code,
    `${name}: failed to resolve source metadata for ${full}: ${reason}`,
    { cause },
  );
}
