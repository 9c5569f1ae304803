import type { Instruction } from '../../build/dockerfile/parse.ts';
import type { Stage } from '../../build/stages.ts';
import { keywordAsWritten } from './parse-checks.ts';
import { linesOf, type Report } from './report.ts';

const RESERVED = new Set(['context', 'scratch']);

/** Warns about names of stages that mean something else already. */
export function checkStageNames(stages: readonly Stage[], report: Report): void {
  const known = new Set<string>();
  for (const { name, from } of stages) {
    if (name === '') continue;
    if (RESERVED.has(name)) report.warn('ReservedStageName', linesOf(from), name);
    if (known.has(name)) report.warn('DuplicateStageName', linesOf(from), name);
    known.add(name);
  }
}

/** Warns about keywords that aren't in the case of most others. */
export function checkKeywordCase(stages: readonly Stage[], report: Report): void {
  const instructions = stages.flatMap(({ from, instructions }) => [from, ...instructions]);
  const keywords = instructions.filter(isWritten).map(keywordAsWritten);
  const lower = keywords.filter((keyword) => keyword === keyword.toLowerCase()).length;
  const upper = keywords.filter((keyword) => keyword === keyword.toUpperCase()).length;
  const inCase = (keyword: string) =>
    lower > upper ? keyword.toLowerCase() : keyword.toUpperCase();
  for (const instruction of instructions.filter(isWritten)) {
    const keyword = keywordAsWritten(instruction);
    if (keyword === inCase(keyword)) continue;
    const casing = lower > upper ? 'lowercase' : 'uppercase';
    report.warn('ConsistentInstructionCasing', linesOf(instruction), keyword, casing);
  }
}

/** Whether an instruction is in the Dockerfile. The client's labels aren't. */
function isWritten({ line }: Instruction): boolean {
  return line > 0;
}
