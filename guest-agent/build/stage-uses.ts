import { mountOrigin, mountTexts } from './dockerfile/mount-flag.ts';
import type { Instruction } from './dockerfile/parse.ts';
import type { BuildSession } from './session.ts';
import { findStage } from './stages.ts';

/** The stages, images and contexts from which an instruction takes files. */
export function sourcesOf(instruction: Instruction): string[] {
  const mounted = mountTexts(instruction).map((mount) => mountOrigin(mount).from);
  return [...mounted, instruction.flags.get('from') ?? ''].filter(Boolean);
}

/**
 * Waits for the stages from which an instruction takes files, so that the instruction's step begins
 * when the instruction can run.
 */
export async function usedStages(session: BuildSession, instruction: Instruction): Promise<void> {
  for (const source of sourcesOf(instruction)) {
    const index = findStage(session.stages, source);
    const isStage = session.client.named(source) === undefined && index !== -1;
    if (!isStage || index >= session.stage) continue;
    if ((await session.known?.(index)) === undefined) await session.finished(index);
  }
}
