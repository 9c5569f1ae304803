import { mountOrigin } from '../../build/dockerfile/mount-flag.ts';
import { expandWord } from '../../build/dockerfile/substitution.ts';
import { findStage, type Stage } from '../../build/stages.ts';

/**
 * The stages, where those are marked that the last stage doesn't need. `isReplaced` says for which
 * names the client gave a context.
 */
export function markNeeded(
  stages: readonly Stage[],
  globals: ReadonlyMap<string, string>,
  escapeChar: string,
  isReplaced: (name: string) => boolean,
): Stage[] {
  const needed = new Set<number>();
  const need = (index: number) => {
    const stage = stages[index];
    if (stage === undefined || needed.has(index)) return;
    needed.add(index);
    const base = expandWord(stage.base, globals, escapeChar);
    if (!/^\d+$/.test(base) && !isReplaced(base)) need(findStage(stages.slice(0, index), base));
    for (const from of sourcesOf(stage)) {
      if (!isReplaced(from)) need(findStage(stages, from));
    }
  };
  need(stages.length - 1);
  return stages.map((stage, index) => (needed.has(index) ? stage : { ...stage, isSkipped: true }));
}

/** The stages and images from which a stage takes files. */
function sourcesOf({ instructions }: Stage): string[] {
  return instructions.flatMap(({ flags }) => {
    const mounts = (flags.get('mount') ?? '').split('\n').filter(Boolean);
    const mounted = mounts.map((mount) => mountOrigin(mount).from);
    return [...mounted, flags.get('from') ?? ''].filter(Boolean);
  });
}
