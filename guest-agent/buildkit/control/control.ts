import { awaitedElsewhere } from '../../errors.ts';
import { attest } from '../attest/attest.ts';
import type { BuildCache } from '../cache/build-cache.ts';
import { buildExport } from '../export/build-export.ts';
import type { ExportParts } from '../export/export-parts.ts';
import { exportResult } from '../export/exporters.ts';
import { type Attestation, STATEMENT_TYPE } from '../export/statement.ts';
import type { BuilderParts } from '../frontend/builder-parts.ts';
import { solveDockerfile } from '../frontend/dockerfile-frontend.ts';
import { readFrontendRequest } from '../frontend/request.ts';
import { Control } from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { bidirectional, type Method, serverStreaming, unary } from '../grpc/server.ts';
import { GrpcError, grpcCode } from '../grpc/status.ts';
import type { Chosen, Job } from '../jobs/job.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { readSessionOffer } from '../session/offer.ts';
import { Tunnel } from '../session/tunnel.ts';
import { prunePolicy, usageRecord } from './disk-usage.ts';
import { toGrpcError } from './errors.ts';
import type { BuildHistory } from './history.ts';
import { buildkitVersion, worker } from './worker.ts';

export interface ControlParts extends BuilderParts, ExportParts {
  readonly jobs: Jobs;
  readonly history: BuildHistory;
  readonly cache: BuildCache;
  /** The address of `host-gateway` in containers. */
  readonly hostGateway: () => string;
}

/** The service with which clients start builds and watch them. */
export function controlMethods(parts: ControlParts): Method[] {
  const { jobs, history, sessions, cache } = parts;
  const { method } = Control;
  return [
    unary(method.listWorkers, async () => ({
      record: [worker(parts.hostGateway(), await cache.policies())],
    })),
    unary(method.info, async () => ({ buildkitVersion })),
    unary(method.solve, async (request, { signal }) => {
      // As in BuildKit, such a build doesn't begin.
      parts.remoteCaches.check(request);
      return { ExporterResponse: await solveJob(parts, jobs.begin(request, signal)) };
    }),
    serverStreaming(method.status, async function* ({ Ref }, { signal }) {
      const isPast = await history.has(Ref);
      // A build that has just ended is in memory, and may not be on the disk yet.
      const job = jobs.get(Ref);
      if (job === undefined && isPast) yield* history.status(Ref);
      else yield* (job ?? (await jobs.find(Ref, signal))).status.follow(signal);
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
    unary(method.diskUsage, async ({ filter }) => ({
      record: (await cache.entries(filter)).map(usageRecord),
    })),
    serverStreaming(method.prune, async function* (request) {
      for (const entry of await cache.prune(prunePolicy(request))) yield usageRecord(entry);
    }),
    serverStreaming(method.listenBuildHistory, (request, { signal }) =>
      history.listen(request, signal),
    ),
    unary(method.updateBuildHistory, async ({ Ref, Pinned, Delete, Finalize }) => {
      // The log of a build is complete when the build ends.
      if (!Finalize) await history.update(Ref, { Pinned, Delete });
      return {};
    }),
  ];
}

/** Writes the outputs of a build, with what is known of the results. */
async function exported(
  parts: ControlParts,
  job: Job,
  chosen: Chosen,
): Promise<Record<string, string>> {
  const attributes = job.frontendAttributes ?? job.request.FrontendAttrs;
  const caches = parts.remoteCaches.of(job);
  const { attestations, kept } = await attest(parts, job, chosen, attributes);
  const build = caches.withInline(await buildExport(parts, job, chosen, attestations));
  const response = { ...(await exportResult(parts, build)), ...(await caches.export(build)) };
  for (const [platform, each] of kept) job.documents.addAttestations(platform, each.map(document));
  return response;
}

/** The history keeps only the predicate of an attestation. */
function document({ predicate, predicateType }: Attestation) {
  const bytes = Buffer.from(JSON.stringify(predicate, undefined, 2));
  return { mediaType: STATEMENT_TYPE, type: predicateType, bytes };
}

/**
 * Runs a job to its end: waits for the result, exports it and notes the build in the history.
 * Returns what the client learns of the export. Throws GrpcError.
 */
export async function solveJob(parts: ControlParts, job: Job): Promise<Record<string, string>> {
  parts.history.begin(job);
  using _ = parts.cache.build();
  let response: Record<string, string> = {};
  let failure: GrpcError | undefined;
  try {
    response = await exported(parts, job, await solved(parts, job));
    return response;
  } catch (error) {
    failure = toGrpcError(error);
    throw failure;
  } finally {
    parts.jobs.end(job);
    parts.history.finish(job, response, failure);
  }
}

/**
 * The results of a build: of the frontend that the request names, or else those that the client
 * returns after it asked for results itself.
 */
async function solved(parts: ControlParts, job: Job): Promise<Chosen> {
  const { Frontend, FrontendAttrs } = job.request;
  if (Frontend === '') return job.returned();
  if (Frontend !== 'dockerfile.v0') {
    throw new GrpcError(grpcCode.unknown, `unknown frontend ${Frontend}`);
  }
  const request = readFrontendRequest(FrontendAttrs);
  const { isMap, made } = await solveDockerfile(parts, job, request, job.signal);
  return { isMap, results: made.map((result) => parts.jobs.addResult(job, result)) };
}
