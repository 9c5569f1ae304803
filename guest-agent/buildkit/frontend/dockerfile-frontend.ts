import { nativePlatform } from '../../registry/platform.ts';
import { checkOptions } from '../checks/check-options.ts';
import type { Definition as LlbDefinition } from '../generated/github.com/moby/buildkit/solver/pb/ops_pb.js';
import type { Job, Result } from '../jobs/job.ts';
import { buildPlatform } from './build-platform.ts';
import type { BuilderParts } from './builder-parts.ts';
import type { Definition } from './definition.ts';
import { dockerfileError } from './dockerfile-error.ts';
import { type ParsedDefinition, parseDefinition } from './parsed-definition.ts';
import type { FrontendRequest } from './request.ts';
import { statusReport } from './status-report.ts';
import { withDefinition } from './with-definition.ts';

/** What the frontend made, for each platform. */
export interface Solved {
  /** Whether the client expects a result for each platform. */
  readonly isMap: boolean;
  readonly made: readonly Omit<Result, 'id'>[];
}

/**
 * The frontend `dockerfile.v0`: reads the Dockerfile from the client, builds its target for each
 * platform, and returns the images, which the job keeps. An image is undefined after `FROM scratch`
 * without files.
 */
export async function solveDockerfile(
  parts: BuilderParts,
  job: Job,
  request: FrontendRequest,
  signal: AbortSignal,
  inputs: Readonly<Record<string, LlbDefinition>> = {},
): Promise<Solved> {
  return withDefinition(parts, job, request, { inputs, signal }, async (definition, sources) => {
    job.materials.dockerfile = definition;
    const parsed = await parsedWithPlaces(definition, job, request);
    const platforms = request.platforms.length > 0 ? request.platforms : [undefined];
    const made: Omit<Result, 'id'>[] = [];
    for (const platform of platforms) {
      const image = await buildPlatform(parts, job, request, parsed, sources, platform, signal);
      made.push({ image, platform: platform ?? nativePlatform() });
    }
    return { isMap: request.isMap, made };
  });
}

async function parsedWithPlaces(
  definition: Definition,
  job: Job,
  { buildArgs }: FrontendRequest,
): Promise<ParsedDefinition> {
  try {
    const options = checkOptions(definition.text, buildArgs.BUILDKIT_DOCKERFILE_CHECK);
    return await parseDefinition(definition, job, statusReport(job, definition, options));
  } catch (error) {
    throw dockerfileError(error, definition);
  }
}
