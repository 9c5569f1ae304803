import { posix } from 'node:path';
import { type Instruction, parseTrigger, triggerText } from '../../build/dockerfile/parse.ts';
import { expandWord } from '../../build/dockerfile/substitution.ts';
import { isSet } from '../../build/instructions/check-flags.ts';
import { takenFiles } from '../../build/stage-uses.ts';
import type { Stage } from '../../build/stages.ts';

/**
 * The paths of the context that the stages, and the `ONBUILD` instructions of their base images,
 * use: undefined if none, empty if all. Sources with variables can mean any path, since their values
 * aren't known before the stage runs.
 */
export function contextPaths(
  stages: readonly Stage[],
  escapeChar: string,
  triggers: readonly Instruction[] = [],
): readonly string[] | undefined {
  const needed = stages.filter(({ isSkipped }) => !isSkipped);
  const own = needed.flatMap(({ instructions }, index) =>
    instructions.flatMap((instruction) => {
      if (instruction.keyword !== 'ONBUILD') return [instruction];
      // Runs in the stages that begin with this stage, but for the last stage in another build.
      return index < needed.length - 1 ? [parseTrigger(triggerText(instruction), escapeChar)] : [];
    }),
  );
  const sources = [...own, ...triggers].flatMap((instruction) => {
    const paths = takenFiles(instruction)
      .flatMap(({ from, paths }) => (from === '' ? paths : []))
      // The quotes of a mount's source belong to its name.
      .map((path) => (instruction.keyword === 'RUN' ? path : unquoted(path, escapeChar)));
    // Clients look for `**` in one directory, as `COPY` does without `--parents`.
    return isSet(instruction, 'parents') ? paths.map(aboveAnyDepth) : paths;
  });
  if (sources.length === 0) return undefined;
  const paths = sources.map((source) => posix.join('/', source).replace(/^\/|\/$/g, ''));
  const isOpen = (path: string) => path === '' || path.includes('$');
  return paths.some(isOpen) ? [] : [...new Set(paths)].sort();
}

function unquoted(word: string, escapeChar: string): string {
  return word.includes('$') ? word : expandWord(word, new Map(), escapeChar);
}

/** The directory below which a path matches at any depth: `dir` of `dir/**`. */
function aboveAnyDepth(path: string): string {
  return posix.join('/', path).replace(/\/[^/]*\*\*.*$/s, '');
}
