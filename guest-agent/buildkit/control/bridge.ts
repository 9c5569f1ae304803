import type { MessageInitShape } from '@bufbuild/protobuf';
import { solveDockerfile } from '../frontend/dockerfile-frontend.ts';
import { readFrontendRequest } from '../frontend/request.ts';
import { resultDefinition } from '../frontend/result-definition.ts';
import {
  LLBBridge,
  type SolveResponseSchema,
} from '../generated/github.com/moby/buildkit/frontend/gateway/pb/gateway_pb.js';
import { type Call, type Method, unary } from '../grpc/server.ts';
import { fromStatus, GrpcError, grpcCode } from '../grpc/status.ts';
import type { Job } from '../jobs/job.ts';
import type { ControlParts } from './control.ts';
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
      if (request.Frontend !== 'dockerfile.v0') {
        throw new GrpcError(grpcCode.unknown, `unknown frontend ${request.Frontend}`);
      }
      job.frontendAttributes = request.FrontendOpt;
      const frontendRequest = readFrontendRequest(request.FrontendOpt);
      const { FrontendInputs } = request;
      const image = await solveDockerfile(parts, job, frontendRequest, signal, FrontendInputs);
      const { id } = parts.jobs.addResult(job, image);
      return resultAnswer(id, image?.document);
    }),
    unary(method.return, async ({ result, error }, call) => {
      const job = await jobOf(call);
      if (error !== undefined && error.code !== grpcCode.ok) job.fail(fromStatus(error));
      else job.return(result?.result.case === 'ref' ? result.result.value.id : undefined);
      return {};
    }),
    unary(method.evaluate, async ({ Ref }, call) => {
      const job = await jobOf(call);
      if (!job.results.has(Ref)) throw new GrpcError(grpcCode.unknown, `no such ref: ${Ref}`);
      return {};
    }),
  ];
}

function resultAnswer(
  id: string,
  config: object = {},
): MessageInitShape<typeof SolveResponseSchema> {
  return {
    result: {
      result: { case: 'ref', value: { id, def: resultDefinition(id) } },
      metadata: { 'containerimage.config': Buffer.from(JSON.stringify(config)) },
    },
  };
}
