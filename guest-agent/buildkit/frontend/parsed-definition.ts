import { checkKeyword, type Dockerfile, readDockerfile } from '../../build/dockerfile/parse.ts';
import { checkInstruction, checkWords } from '../../build/instructions/check.ts';
import { withoutStage } from '../../build/stages.ts';
import { inTurns } from '../../runtime/in-turns.ts';
import { readComments } from '../checks/comments.ts';
import { checkContinuations } from '../checks/continuation-check.ts';
import { checkWriting } from '../checks/parse-checks.ts';
import type { Report } from '../checks/report.ts';
import type { Job } from '../jobs/job.ts';
import type { Definition } from './definition.ts';
import { checkEntitlement } from './entitlements.ts';
import { checkSyntaxLine } from './syntax-line.ts';

/** A Dockerfile as the client sent it, and its instructions. */
export interface ParsedDefinition {
  readonly definition: Definition;
  readonly dockerfile: Dockerfile;
  /** Takes the warnings about the Dockerfile. */
  readonly report: Report;
}

/** Warns about how the Dockerfile is written. Throws EngineError with the place of a mistake. */
export async function parseDefinition(
  definition: Definition,
  job: Pick<Job, 'request'>,
  report: Report,
): Promise<ParsedDefinition> {
  const { text } = definition;
  checkSyntaxLine(text);
  const dockerfile = await readDockerfile(text);
  const { instructions, escapeChar } = dockerfile;
  await inTurns(instructions, (instruction) => checkWords(instruction, escapeChar));
  checkContinuations(text, dockerfile, report);
  const commentsOf = readComments(text, dockerfile);
  let hasStage = false;
  // A mistake doesn't hide the warnings about the lines before it.
  await inTurns(instructions, (instruction) => {
    checkKeyword(instruction);
    checkWriting(instruction, escapeChar, commentsOf, report);
    checkInstruction(instruction, escapeChar);
    hasStage ||= instruction.keyword === 'FROM';
    if (!hasStage && instruction.keyword !== 'ARG') throw withoutStage(instruction);
    checkEntitlement(instruction, job);
  });
  return { definition, dockerfile, report };
}
