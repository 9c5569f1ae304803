import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { EngineError } from '../../errors.ts';
import type { Definition as LlbDefinition } from '../generated/github.com/moby/buildkit/solver/pb/ops_pb.js';
import type { Job } from '../jobs/job.ts';
import { buildPlatform } from './build-platform.ts';
import { openSources } from './build-sources.ts';
import type { BuilderParts } from './builder-parts.ts';
import { readDefinition } from './definition.ts';
import { parseDefinition } from './parsed-definition.ts';
import type { FrontendRequest } from './request.ts';

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
    return await buildPlatform(parts, job, request, parsed, sources, request.platform, signal);
  } finally {
    await rm(scratch, { recursive: true, force: true }).catch((error) =>
      parts.engine.log(`removing ${scratch}`, error),
    );
  }
}
