import { buildkit } from '../../build/dialect.ts';
import { type Dockerfile, DockerfileError, parseDockerfile } from '../../build/dockerfile/parse.ts';
import { checkInstruction } from '../../build/instructions/check.ts';
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
export function parseDefinition(
  definition: Definition,
  job: Pick<Job, 'request'>,
  report: Report,
): ParsedDefinition {
  const { text } = definition;
  checkSyntaxLine(text);
  const dockerfile = parseOrWarn(text, report);
  checkContinuations(text, dockerfile, report);
  const commentsOf = readComments(text, dockerfile);
  for (const instruction of dockerfile.instructions) {
    checkWriting(instruction, dockerfile.escapeChar, commentsOf, report);
    checkInstruction(instruction, dockerfile.escapeChar, buildkit);
    checkEntitlement(instruction, job);
  }
  return { definition, dockerfile, report };
}

/** An unknown instruction doesn't hide the warnings about the lines before it. */
function parseOrWarn(text: string, report: Report): Dockerfile {
  try {
    return parseDockerfile(text);
  } catch (error) {
    if (error instanceof DockerfileError && error.message.includes('unknown instruction: ')) {
      const before = text.split('\n').slice(0, error.line - 1);
      if (before.some((line) => line.trim() !== '' && !line.trim().startsWith('#'))) {
        warnAbout(before.join('\n'), report);
      }
    }
    throw error;
  }
}

function warnAbout(text: string, report: Report): void {
  const dockerfile = parseDockerfile(text);
  checkContinuations(text, dockerfile, report);
  const commentsOf = readComments(text, dockerfile);
  for (const instruction of dockerfile.instructions) {
    checkWriting(instruction, dockerfile.escapeChar, commentsOf, report);
  }
}
