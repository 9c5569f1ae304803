import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../../errors.ts';
import { nativePlatform } from '../../registry/platform.ts';
import type { Definition as LlbDefinition } from '../generated/github.com/moby/buildkit/solver/pb/ops_pb.js';
import type { Job, Result } from '../jobs/job.ts';
import { buildPlatform } from './build-platform.ts';
import { openSources } from './build-sources.ts';
import type { BuilderParts } from './builder-parts.ts';
import { readDefinition } from './definition.ts';
import { parseDefinition } from './parsed-definition.ts';
import type { FrontendRequest } from './request.ts';

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
  if (request.question !== '') {
    throw new EngineError('not-implemented', `Berth doesn't answer ${request.question} yet`);
  }
  const { builds } = parts.engine.directories;
  await mkdir(builds, { recursive: true, mode: 0o700 });
  const scratch = await mkdtemp(join(builds, 'build-'));
  try {
    const sources = await openSources(parts, job, request, { inputs, scratch }, signal);
    const definition = await readDefinition(job, sources.dockerfile, request.filename);
    const parsed = parseDefinition(definition, job);
    const platforms = request.platforms.length > 0 ? request.platforms : [undefined];
    const made: Omit<Result, 'id'>[] = [];
    for (const platform of platforms) {
      const image = await buildPlatform(parts, job, request, parsed, sources, platform, signal);
      made.push({ image, platform: platform ?? nativePlatform() });
    }
    return { isMap: request.isMap, made };
  } finally {
    await rm(scratch, { recursive: true, force: true }).catch((error) =>
      parts.engine.log(`removing ${scratch}`, error),
    );
  }
}
