import type { Instruction } from '../../build/dockerfile/parse.ts';
import { type TakenFiles, takenFiles, takenStage } from '../../build/stage-uses.ts';
import type { Stage } from '../../build/stages.ts';
import { placed } from '../checks/placed.ts';
import { type Lines, linesOf } from '../checks/report.ts';
import { checkName } from './base-images.ts';
import type { Triggers } from './needed-stages.ts';

/** An image from which an instruction takes files, although no stage begins with the image. */
export interface TakenImage {
  readonly name: string;
  /** As in BuildKit, errors about the images of mounts have no place. */
  readonly lines: Lines | undefined;
}

interface TakenParts {
  /** The Dockerfile's stages, also those after the target. */
  readonly all: readonly Stage[];
  readonly triggers?: Triggers;
  readonly isReplaced: (name: string) => boolean;
}

/** The images from which the instructions of the needed stages take files, each once. */
export function takenImages(
  stages: readonly Stage[],
  { all, triggers = new Map(), isReplaced }: TakenParts,
): TakenImage[] {
  const found = new Map<string, TakenImage>();
  const isImage = (taken: TakenFiles) => {
    const { from, isMount } = taken;
    if (from === '' || from === 'scratch' || isReplaced(from)) return false;
    // The number of a stage that doesn't exist is a mistake of its own.
    return takenStage(taken, all) === -1 && (isMount || !/^\d+$/.test(from));
  };
  for (const [number, { from, instructions, isSkipped }] of stages.entries()) {
    if (isSkipped) continue;
    const take = (instruction: Instruction, lines: Lines) => {
      for (const taken of takenFiles(instruction).filter(isImage)) {
        const image = { name: taken.from, lines: taken.isMount ? undefined : lines };
        placed(image.lines ?? [0, 0], () => checkName(taken.from));
        if (!found.has(image.name)) found.set(image.name, image);
      }
    };
    for (const trigger of triggers.get(number) ?? []) take(trigger, linesOf(from));
    for (const instruction of instructions) take(instruction, linesOf(instruction));
  }
  return [...found.values()];
}
