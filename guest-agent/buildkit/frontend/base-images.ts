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
    const isStage = findBase(stages.slice(0, number), name) !== -1;
    if (isSkipped || isStage || name === 'scratch' || name === '' || isReplaced(name)) return [];
    placed(linesOf(from), () => checkName(name));
    const platform = expandWord(from.flags.get('platform') ?? '', globals, escapeChar);
    return [
      {
        ...{ name, always, stage: { number, from } },
        ...(platform === '' ? {} : { platform: parsePlatform(platform) }),
      },
    ];
  });
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
