import type { BuildSources } from '../frontend/build-sources.ts';
import type { BuilderParts } from '../frontend/builder-parts.ts';
import type { Definition } from '../frontend/definition.ts';
import type { FrontendRequest } from '../frontend/request.ts';
import type { Job } from '../jobs/job.ts';

/** What a question is about. */
export interface QuestionContext {
  readonly parts: BuilderParts;
  readonly job: Job;
  readonly request: FrontendRequest;
  readonly definition: Definition;
  readonly sources: BuildSources;
  readonly signal: AbortSignal;
}
