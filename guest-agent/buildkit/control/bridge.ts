import type { MessageInitShape } from '@bufbuild/protobuf';
import { EngineError } from '../../errors.ts';
import { solveDockerfile } from '../frontend/dockerfile-frontend.ts';
import { readFrontendRequest } from '../frontend/request.ts';
import { resultDefinition } from '../frontend/result-definition.ts';
import { isOwnFrontend } from '../frontend/syntax-line.ts';
import {
  LLBBridge,
  type SolveResponseSchema,
} from '../generated/github.com/moby/buildkit/frontend/gateway/pb/gateway_pb.js';
import { type Call, type Method, unary } from '../grpc/server.ts';
import { fromStatus, GrpcError, grpcCode } from '../grpc/status.ts';
import type { Job, Result } from '../jobs/job.ts';
import { answerQuestion } from '../questions/answer.ts';
import type { Answer } from '../questions/result-answer.ts';
import type { ControlParts } from './control.ts';
import { downloadSource } from './remote-file.ts';
import { readResultFile, statResultFile } from './result-files.ts';
import { capabilities } from './worker.ts';

/** The metadata of every call that says which build the call is about. */
const BUILD_ID = 'buildkit-controlapi-buildid';

/** The service with which clients steer a build: ask for results, then return one. */
export function bridgeMethods(parts: ControlParts): Method[] {
  const { method } = LLBBridge;
  const jobOf = ({ headers, signal }: Call): Promise<Job> =>
    parts.jobs.find(String(headers[BUILD_ID] ?? ''), signal);
  return [
    unary(method.ping, async (_, call) => {
      await jobOf(call);
      return capabilities(await parts.hostGateway());
    }),
    unary(method.solve, async (request, call) => {
      const job = await jobOf(call);
      const signal = AbortSignal.any([call.signal, job.signal]);
      const { Definition: definition, FrontendOpt, FrontendInputs } = request;
      if (request.Frontend === '' && definition !== undefined && definition.def.length > 0) {
        const { builds } = parts.engine.directories;
        const directory = await downloadSource(job, definition, builds, signal);
        return resultAnswer(parts.jobs.addResult(job, { image: undefined, directory }));
      }
      requireOwnFrontend(request.Frontend, FrontendOpt);
      job.frontendAttributes = FrontendOpt;
      const frontendRequest = readFrontendRequest(FrontendOpt);
      if (frontendRequest.question !== '') {
        return questionAnswer(
          await answerQuestion(parts, job, frontendRequest, signal, FrontendInputs),
        );
      }
      const image = await solveDockerfile(parts, job, frontendRequest, signal, FrontendInputs);
      return resultAnswer(parts.jobs.addResult(job, { image }));
    }),
    unary(method.readFile, async ({ Ref, FilePath, Range }, call) => {
      const result = resultOf(await jobOf(call), Ref);
      const range = { offset: Number(Range?.Offset ?? 0), length: Number(Range?.Length ?? 0) };
      return { Data: await readResultFile(parts.engine, result, FilePath, range) };
    }),
    unary(method.statFile, async ({ Ref, Path }, call) => {
      const result = resultOf(await jobOf(call), Ref);
      return { stat: await statResultFile(parts.engine, result, Path) };
    }),
    unary(method.return, async ({ result, error }, call) => {
      const job = await jobOf(call);
      if (error !== undefined && error.code !== grpcCode.ok) job.fail(fromStatus(error));
      else job.return(result?.result.case === 'ref' ? result.result.value.id : undefined);
      return {};
    }),
    // The result is there already.
    unary(method.evaluate, async ({ Ref }, call) => {
      resultOf(await jobOf(call), Ref);
      return {};
    }),
  ];
}

/** Clients name another frontend for `--build-arg BUILDKIT_SYNTAX`. */
function requireOwnFrontend(frontend: string, attributes: Readonly<Record<string, string>>): void {
  if (frontend === 'dockerfile.v0') return;
  const { source = '' } = attributes;
  if (frontend === 'gateway.v0' && isOwnFrontend(source)) return;
  throw new EngineError('invalid', `Berth can't run the frontend ${source || frontend}`);
}

function resultOf({ results }: Job, id: string): Result {
  const result = results.get(id);
  if (result === undefined) throw new GrpcError(grpcCode.unknown, `no such ref: ${id}`);
  return result;
}

/** A result without files: what it says is in its metadata. */
function questionAnswer(answer: Answer): MessageInitShape<typeof SolveResponseSchema> {
  const metadata = Object.entries(answer).map(([name, text]) => [name, Buffer.from(text)]);
  return { result: { metadata: Object.fromEntries(metadata) } };
}

function resultAnswer({ id, image }: Result): MessageInitShape<typeof SolveResponseSchema> {
  const config = Buffer.from(JSON.stringify(image?.document ?? {}));
  return {
    result: {
      result: { case: 'ref', value: { id, def: resultDefinition(id) } },
      metadata: { 'containerimage.config': config },
    },
  };
}
