import { once } from 'node:events';
import { awaitedElsewhere } from '../../errors.ts';
import { exportResult } from '../export/exporters.ts';
import type { BuilderParts } from '../frontend/builder-parts.ts';
import { solveDockerfile } from '../frontend/dockerfile-frontend.ts';
import { readFrontendRequest } from '../frontend/request.ts';
import { Control } from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { bidirectional, type Call, type Method, serverStreaming, unary } from '../grpc/server.ts';
import { GrpcError, grpcCode } from '../grpc/status.ts';
import type { Job, Result } from '../jobs/job.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { readSessionOffer } from '../session/offer.ts';
import { Tunnel } from '../session/tunnel.ts';
import { diskUsage, pruned } from './disk-usage.ts';
import { toGrpcError } from './errors.ts';
import type { BuildHistory } from './history.ts';
import { buildkitVersion, worker } from './worker.ts';

export interface ControlParts extends BuilderParts {
  readonly jobs: Jobs;
  readonly history: BuildHistory;
  /** The address of `host-gateway` in containers. */
  readonly hostGateway: () => Promise<string>;
}

/** The service with which clients start builds and watch them. */
export function controlMethods(parts: ControlParts): Method[] {
  const { jobs, history, sessions } = parts;
  const { method } = Control;
  return [
    unary(method.listWorkers, async () => ({ record: [worker(await parts.hostGateway())] })),
    unary(method.info, async () => ({ buildkitVersion })),
    unary(method.solve, async (request, { signal }) => ({
      ExporterResponse: await solveJob(parts, jobs.begin(request, signal)),
    })),
    serverStreaming(method.status, async function* ({ Ref }, { signal }) {
      const job = history.job(Ref) ?? (await jobs.find(Ref, signal));
      yield* job.status.follow(signal);
    }),
    bidirectional(method.session, async function* (requests, call) {
      const offer = readSessionOffer(call.headers);
      sessions.check(offer);
      const tunnel = new Tunnel(requests);
      tunnel.on('error', () => tunnel.destroy());
      const served = sessions.serve(offer, tunnel);
      served.catch(awaitedElsewhere);
      try {
        yield* tunnel.sent();
        await served;
      } finally {
        tunnel.destroy();
      }
    }),
    unary(method.diskUsage, async () => ({ record: await diskUsage(parts) })),
    serverStreaming(method.prune, () => pruned(parts)),
    serverStreaming(method.listenBuildHistory, async function* (request, call) {
      if (!request.ActiveOnly) yield* history.list(request.Ref, request.Limit);
      if (!request.EarlyExit) await cancelled(call);
    }),
    unary(method.updateBuildHistory, async ({ Ref, Delete }) => {
      if (Delete) history.delete(Ref);
      return {};
    }),
  ];
}

/**
 * Runs a job to its end: waits for the result, exports it and notes the build in the history.
 * Returns what the client learns of the export. Throws GrpcError.
 */
export async function solveJob(parts: ControlParts, job: Job): Promise<Record<string, string>> {
  let response: Record<string, string> = {};
  let failure: GrpcError | undefined;
  try {
    response = await exportResult(parts, job, await solved(parts, job));
    return response;
  } catch (error) {
    failure = toGrpcError(error);
    throw failure;
  } finally {
    parts.jobs.end(job);
    parts.history.add(job, response, failure);
  }
}

/**
 * The result of a build: of the frontend that the request names, or else the one that the client
 * returns after it asked for results itself.
 */
async function solved(parts: ControlParts, job: Job): Promise<Result | undefined> {
  const { Frontend, FrontendAttrs } = job.request;
  if (Frontend === '') return job.returned();
  if (Frontend !== 'dockerfile.v0') {
    throw new GrpcError(grpcCode.unknown, `unknown frontend ${Frontend}`);
  }
  const request = readFrontendRequest(FrontendAttrs);
  return { id: '', image: await solveDockerfile(parts, job, request, job.signal) };
}

async function cancelled({ signal }: Call): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
