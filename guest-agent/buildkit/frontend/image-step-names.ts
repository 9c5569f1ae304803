import { posix } from 'node:path';
import type { Instruction } from '../../build/dockerfile/parse.ts';
import { type TakenFiles, takenFiles, takenStage } from '../../build/stage-uses.ts';
import type { Stage } from '../../build/stages.ts';

/** How the steps of a build's images are named. */
interface NamedParts {
  readonly stages: readonly Stage[];
  /** The full name of the image that a stage begins with. Undefined if it begins otherwise. */
  readonly imageOf: (stage: number) => string | undefined;
  /** The number of the stage that a stage begins with, or -1. */
  readonly parentOf: (stage: number) => number;
  /** The `ONBUILD` instructions with which a stage begins. */
  readonly triggersOf: (stage: number) => readonly Instruction[];
  /** The name of the step: for a stage, or for an instruction that takes files from the image. */
  readonly nameFor: (image: string, stage: number | undefined) => string;
  readonly fullName: (image: string) => string;
}

/**
 * The names of the steps that load images, by the images' full names. Stages, mounts and copies of
 * one image share the step. As in BuildKit, it has the name of the last of them, in the order in
 * which the target needs them.
 */
export function imageStepNames(parts: NamedParts): ReadonlyMap<string, string> {
  const { stages, imageOf, parentOf, triggersOf, nameFor, fullName } = parts;
  const names = new Map<string, string>();
  const seen = new Set<number>();
  const note = (image: string, stage?: number) => names.set(image, nameFor(image, stage));
  const visit = (number: number) => {
    const stage = stages[number];
    if (stage === undefined || seen.has(number)) return;
    seen.add(number);
    const image = imageOf(number);
    if (image !== undefined) note(image, number);
    else visit(parentOf(number));
    for (const instruction of [...triggersOf(number), ...stage.instructions]) {
      for (const source of orderedSources(instruction)) {
        const index = takenStage(source, stages.slice(0, number));
        if (index === -1) note(fullName(source.from));
        else visit(index);
      }
    }
  };
  visit(stages.length - 1);
  return names;
}

/** The stages and images of an instruction: of mounts in the order of their targets. */
function orderedSources(instruction: Instruction): TakenFiles[] {
  const place = ({ target }: TakenFiles) => posix.join('/', target);
  return takenFiles(instruction)
    .filter(({ from }) => from !== '')
    .sort((a, b) => (place(a) < place(b) ? -1 : 1));
}
