import { buildkit } from '../../build/dialect.ts';
import { type Dockerfile, parseDockerfile } from '../../build/dockerfile/parse.ts';
import { checkInstruction } from '../../build/instructions/check.ts';
import type { Job } from '../jobs/job.ts';
import type { Definition } from './definition.ts';
import { dockerfileError } from './dockerfile-error.ts';
import { checkEntitlement } from './entitlements.ts';
import { checkSyntaxLine } from './syntax-line.ts';

/** A Dockerfile as the client sent it, and its instructions. */
export interface ParsedDefinition {
  readonly definition: Definition;
  readonly dockerfile: Dockerfile;
}

/** Throws GrpcError with the place of a mistake. */
export function parseDefinition(
  definition: Definition,
  job: Pick<Job, 'request'>,
): ParsedDefinition {
  try {
    checkSyntaxLine(definition.text);
    const dockerfile = parseDockerfile(definition.text);
    for (const instruction of dockerfile.instructions) {
      checkInstruction(instruction, dockerfile.escapeChar, buildkit);
      checkEntitlement(instruction, job);
    }
    return { definition, dockerfile };
  } catch (error) {
    throw dockerfileError(error, definition);
  }
}
