import { mountOrigin, mountTexts } from '../../build/dockerfile/mount-flag.ts';
import type { Instruction } from '../../build/dockerfile/parse.ts';
import { takenFiles, takenStage } from '../../build/stage-uses.ts';
import type { Stage } from '../../build/stages.ts';
import { EngineError } from '../../errors.ts';
import { placedError } from './placed.ts';
import { linesOf } from './report.ts';

/** Another stage from which an instruction takes files. */
interface Use {
  readonly instruction: Instruction;
  readonly from: string;
  /** The number of the other stage. */
  readonly stage: number;
}

/**
 * Finds stages that need each other. `isReplaced` says for which names the client gave a context.
 * Throws EngineError 'invalid' in BuildKit's words.
 */
export function checkCircles(
  stages: readonly Stage[],
  isReplaced: (name: string) => boolean,
): void {
  const uses = stages.map((stage) => usesOf(stage, stages, isReplaced));
  const done = new Set<number>();
  const path = new Set<number>();
  /** The first instruction of a circle. */
  const visit = (number: number, first?: Instruction): Instruction | undefined => {
    if (done.has(number)) return undefined;
    done.add(number);
    path.add(number);
    for (const { stage, instruction } of uses[number] ?? []) {
      if (path.has(stage)) return first ?? instruction;
      const found = visit(stage, first ?? instruction);
      if (found !== undefined) return found;
    }
    path.delete(number);
    return undefined;
  };
  for (const number of stages.keys()) {
    const instruction = visit(number);
    if (instruction === undefined) continue;
    const name = stageName(stages, number);
    throw placedError(linesOf(instruction), `circular dependency detected on stage: ${name}`);
  }
}

/**
 * Finds instructions of the stage with a number that take files from a stage that is built later.
 * `all` are the Dockerfile's stages, also those after the target. Throws DockerfileError.
 */
export function checkOrder(
  all: readonly Stage[],
  number: number,
  isReplaced: (name: string) => boolean,
): void {
  const stage = all[number];
  if (stage === undefined) return;
  for (const { instruction, from, stage: other } of usesOf(stage, all, isReplaced)) {
    if (other < number) continue;
    const name = stageName(all, number);
    throw placedError(
      linesOf(instruction),
      instruction.keyword === 'RUN'
        ? `cannot mount from stage "${from}" to "${mountTarget(instruction, from)}", stage needs to be defined before current command`
        : `cannot copy from stage "${from}", it needs to be defined before current stage "${name}"`,
    );
  }
}

function usesOf(
  { instructions }: Stage,
  stages: readonly Stage[],
  isReplaced: (name: string) => boolean,
): Use[] {
  return instructions.flatMap((instruction) =>
    takenFiles(instruction)
      .filter(({ from }) => !isReplaced(from))
      .flatMap((taken) => {
        const { from, isMount } = taken;
        const stage = takenStage(taken, stages);
        if (stage !== -1) return [{ instruction, from, stage }];
        if (!isMount && /^\d+$/.test(from)) {
          throw new EngineError('invalid', `invalid stage index ${from}`);
        }
        return [];
      }),
  );
}

function stageName(stages: readonly Stage[], number: number): string {
  return stages[number]?.name || (stages.length === 1 ? '' : `stage-${number}`);
}

function mountTarget(instruction: Instruction, from: string): string {
  const origins = mountTexts(instruction).map(mountOrigin);
  return origins.find((origin) => origin.from === from)?.target ?? '';
}
