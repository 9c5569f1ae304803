import { isUrl } from './copy/download.ts';
import { mountOrigin, mountTexts } from './dockerfile/mount-flag.ts';
import type { Instruction } from './dockerfile/parse.ts';
import { parseGitAddress } from './git/git-address.ts';
import { copyWords } from './instructions/copy-words.ts';
import type { BuildSession } from './session.ts';
import { findNamedStage, findStage, type Stage } from './stages.ts';

/** Files that an instruction takes from one place, before variables are replaced. */
export interface TakenFiles {
  /** A stage, an image or a context by name. Empty for the build's context. */
  readonly from: string;
  /** Whether a `RUN` mounts the files. As in BuildKit, a mount's `from` isn't the number of a stage. */
  readonly isMount: boolean;
  readonly paths: readonly string[];
  /** Where a mount is. Empty for `COPY` and `ADD`. */
  readonly target: string;
}

/** Where an instruction takes files from, but for the web, git and here-documents. */
export function takenFiles(instruction: Instruction): TakenFiles[] {
  const { keyword, flags } = instruction;
  if (keyword === 'RUN') {
    return mountTexts(instruction)
      .map(mountOrigin)
      .filter(({ type, from }) => from !== '' || type === 'bind' || type.includes('$'))
      .map(({ from, source, target }) => ({ from, isMount: true, paths: [source], target }));
  }
  if (keyword !== 'COPY' && keyword !== 'ADD') return [];
  const from = flags.get('from') ?? '';
  const isRemote = (word: string) =>
    keyword === 'ADD' && (isUrl(word) || parseGitAddress(word) !== undefined);
  const paths = copyWords(instruction)
    .slice(0, -1)
    .filter((word) => !word.startsWith('<<') && !isRemote(word));
  return from === '' && paths.length === 0 ? [] : [{ from, isMount: false, paths, target: '' }];
}

/** The index of the stage that has the files. -1 for a context or an image. */
export function takenStage(
  { from, isMount }: Pick<TakenFiles, 'from' | 'isMount'>,
  stages: readonly Pick<Stage, 'name'>[],
): number {
  return isMount ? findNamedStage(stages, from) : findStage(stages, from);
}

/**
 * Waits for the stages from which an instruction takes files, so that the instruction's step begins
 * when the instruction can run.
 */
export async function usedStages(session: BuildSession, instruction: Instruction): Promise<void> {
  for (const taken of takenFiles(instruction)) {
    const index = takenStage(taken, session.stages);
    const isStage = session.client.named(taken.from) === undefined && index !== -1;
    if (!isStage || index >= session.stage) continue;
    if ((await session.known?.(index)) === undefined) await session.finished(index);
  }
}
