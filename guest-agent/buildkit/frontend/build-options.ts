import type { BuildOptions } from '../../build/options.ts';
import type { Platform } from '../../registry/platform.ts';
import type { Job } from '../jobs/job.ts';
import { jobCredentials } from '../session/job-session.ts';
import type { BuilderParts } from './builder-parts.ts';
import type { FrontendRequest } from './request.ts';

/** What the client asks of the builder, for one platform: undefined for the VM's own. */
export function buildOptions(
  { sessions }: BuilderParts,
  job: Job,
  request: FrontendRequest,
  platform: Platform | undefined,
  signal: AbortSignal,
): BuildOptions {
  const { filename, target, buildArgs, labels, alwaysPull, hostConfig } = request;
  return {
    ...{ dockerfile: filename, tags: [], target, buildArgs, labels, platform },
    ...{ alwaysPull, hostConfig, quiet: false, remove: true, forceRemove: true },
    useCache: request.withoutCache !== 'all',
    credentials: (domain) => jobCredentials(sessions, job, domain, signal),
  };
}
