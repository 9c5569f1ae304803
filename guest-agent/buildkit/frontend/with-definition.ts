import { openScratch } from '../../build/scratch.ts';
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
  const scratch = await openScratch(parts.engine);
  const resources = new BuildResources(parts.engine.log);
  resources.defer(async () => scratch[Symbol.asyncDispose]());
  try {
    const own = { inputs, scratch: scratch.path, resources };
    const sources = await openSources(parts, job, request, own, signal);
    return await work(await readDefinition(job, sources.dockerfile, request.filename), sources);
  } finally {
    await resources.close();
  }
}
