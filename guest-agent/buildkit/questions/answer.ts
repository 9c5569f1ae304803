import { EngineError } from '../../errors.ts';
import type { BuilderParts } from '../frontend/builder-parts.ts';
import { dockerfileError } from '../frontend/dockerfile-error.ts';
import type { FrontendRequest } from '../frontend/request.ts';
import { withDefinition } from '../frontend/with-definition.ts';
import type { Definition as LlbDefinition } from '../generated/github.com/moby/buildkit/solver/pb/ops_pb.js';
import { GrpcError } from '../grpc/status.ts';
import type { Job } from '../jobs/job.ts';
import { describeQuestions } from './describe.ts';
import { lintDockerfile } from './lint.ts';
import { outlineDockerfile } from './outline.ts';
import type { QuestionContext } from './question-context.ts';
import type { Answer } from './result-answer.ts';
import { listTargets } from './targets.ts';

const QUESTIONS: Readonly<Record<string, (context: QuestionContext) => Answer | Promise<Answer>>> =
  {
    'frontend.subrequests.describe': describeQuestions,
    'frontend.outline': outlineDockerfile,
    'frontend.targets': listTargets,
    'frontend.lint': lintDockerfile,
  };

/** Answers a question about the client's Dockerfile, as `docker build --call` asks. */
export async function answerQuestion(
  parts: BuilderParts,
  job: Job,
  request: FrontendRequest,
  signal: AbortSignal,
  inputs: Readonly<Record<string, LlbDefinition>> = {},
): Promise<Answer> {
  const answer = Object.hasOwn(QUESTIONS, request.question)
    ? QUESTIONS[request.question]
    : undefined;
  if (answer === undefined) {
    // BuildKit says it twice.
    const unsupported = `unsupported request ${request.question}`;
    throw new EngineError('invalid', `${unsupported}: ${unsupported}`);
  }
  return withDefinition(parts, job, request, { inputs, signal }, async (definition, sources) => {
    try {
      return await answer({ parts, job, request, definition, sources, signal });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof GrpcError) throw error;
      throw dockerfileError(error, definition);
    }
  });
}
