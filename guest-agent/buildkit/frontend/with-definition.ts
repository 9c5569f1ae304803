import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Definition as LlbDefinition } from '../generated/github.com/moby/buildkit/solver/pb/ops_pb.js';
import type { Job } from '../jobs/job.ts';
import { BuildResources } from './build-resources.ts';
import { type BuildSources, openSources } from './build-sources.ts';
import type { BuilderParts } from './builder-parts.ts';
import { type Definition, readDefinition } from './definition.ts';
import type { FrontendRequest } from './request.ts';

/** Reads the client's Dockerfile, and keeps temporary files until the work with it is done. */
export async function withDefinition<T>(
  parts: BuilderParts,
  job: Job,
  request: FrontendRequest,
  { inputs, signal }: { inputs: Readonly<Record<string, LlbDefinition>>; signal: AbortSignal },
  work: (definition: Definition, sources: BuildSources) => Promise<T>,
): Promise<T> {
  const { builds } = parts.engine.directories;
  await mkdir(builds, { recursive: true, mode: 0o700 });
  const scratch = await mkdtemp(join(builds, 'build-'));
  const resources = new BuildResources(parts.engine.log);
  resources.defer(() => rm(scratch, { recursive: true, force: true }));
  try {
    const own = { inputs, scratch, resources };
    const sources = await openSources(parts, job, request, own, signal);
    return await work(await readDefinition(job, sources.dockerfile, request.filename), sources);
  } finally {
    await resources.close();
  }
}
