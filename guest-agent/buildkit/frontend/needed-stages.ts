import { type Instruction, parseTrigger, triggerText } from '../../build/dockerfile/parse.ts';
import { expandWord } from '../../build/dockerfile/substitution.ts';
import { takenFiles, takenStage } from '../../build/stage-uses.ts';
import { findBase, type Stage } from '../../build/stages.ts';

/** `ONBUILD` instructions of the images that stages begin with, by the stages' numbers. */
export type Triggers = ReadonlyMap<number, readonly Instruction[]>;

/**
 * The stages, where those are marked that the last stage doesn't need. `isReplaced` says for which
 * names the client gave a context.
 */
export function markNeeded(
  stages: readonly Stage[],
  globals: ReadonlyMap<string, string>,
  escapeChar: string,
  isReplaced: (name: string) => boolean,
  triggers: Triggers = new Map(),
): Stage[] {
  const needed = new Set<number>();
  const need = (index: number) => {
    const stage = stages[index];
    if (stage === undefined || needed.has(index)) return;
    needed.add(index);
    const base = expandWord(stage.base, globals, escapeChar);
    const parent = isReplaced(base) ? -1 : findBase(stages.slice(0, index), base);
    need(parent);
    const own = ownTriggers(stages[parent], escapeChar);
    const instructions = [...(triggers.get(index) ?? []), ...own, ...stage.instructions];
    for (const taken of instructions.flatMap(takenFiles)) {
      if (!isReplaced(taken.from)) need(takenStage(taken, stages));
    }
  };
  need(stages.length - 1);
  return stages.map(({ isSkipped: _, ...stage }, index) =>
    needed.has(index) ? stage : { ...stage, isSkipped: true },
  );
}

/** The `ONBUILD` instructions of a stage, which run in the stages that begin with it. */
function ownTriggers(stage: Stage | undefined, escapeChar: string): Instruction[] {
  return (stage?.instructions ?? [])
    .filter(({ keyword }) => keyword === 'ONBUILD')
    .map((onbuild) => parseTrigger(triggerText(onbuild), escapeChar));
}
