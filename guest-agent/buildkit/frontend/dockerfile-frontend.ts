import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { checkOptions } from '../checks/check-options.ts';
import type { Definition as LlbDefinition } from '../generated/github.com/moby/buildkit/solver/pb/ops_pb.js';
import type { Job } from '../jobs/job.ts';
import { buildPlatform } from './build-platform.ts';
import type { BuilderParts } from './builder-parts.ts';
import type { Definition } from './definition.ts';
import { dockerfileError } from './dockerfile-error.ts';
import { type ParsedDefinition, parseDefinition } from './parsed-definition.ts';
import type { FrontendRequest } from './request.ts';
import { statusReport } from './status-report.ts';
import { withDefinition } from './with-definition.ts';

/**
 * The frontend `dockerfile.v0`: reads the Dockerfile from the client, builds its target and returns
 * the image, which the job keeps. Undefined after `FROM scratch` without files.
 */
export async function solveDockerfile(
  parts: BuilderParts,
  job: Job,
  request: FrontendRequest,
  signal: AbortSignal,
  inputs: Readonly<Record<string, LlbDefinition>> = {},
): Promise<StoredImage | undefined> {
  return withDefinition(parts, job, request, { inputs, signal }, (definition, sources) => {
    const parsed = parsedWithPlaces(definition, job, request);
    return buildPlatform(parts, job, request, parsed, sources, request.platform, signal);
  });
}

function parsedWithPlaces(
  definition: Definition,
  job: Job,
  { buildArgs }: FrontendRequest,
): ParsedDefinition {
  try {
    const options = checkOptions(definition.text, buildArgs.BUILDKIT_DOCKERFILE_CHECK);
    return parseDefinition(definition, job, statusReport(job, definition, options));
  } catch (error) {
    throw dockerfileError(error, definition);
  }
}
