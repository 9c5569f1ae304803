import type { MessageInitShape } from '@bufbuild/protobuf';
import { EngineError } from '../../errors.ts';
import { nativePlatform, ociPlatform, type Platform, platformId } from '../../registry/platform.ts';
import { solveDockerfile } from '../frontend/dockerfile-frontend.ts';
import { readFrontendRequest } from '../frontend/request.ts';
import { resultDefinition } from '../frontend/result-definition.ts';
import { isOwnFrontend } from '../frontend/syntax-line.ts';
import {
  type Result as GatewayResult,
  LLBBridge,
  type SolveResponseSchema,
} from '../generated/github.com/moby/buildkit/frontend/gateway/pb/gateway_pb.js';
import { type Call, type Method, unary } from '../grpc/server.ts';
import { fromStatus, GrpcError, grpcCode } from '../grpc/status.ts';
import type { Chosen, Job, Result, Returned } from '../jobs/job.ts';
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
      return capabilities(parts.hostGateway());
    }),
    unary(method.solve, async (request, call) => {
      const job = await jobOf(call);
      const signal = AbortSignal.any([call.signal, job.signal]);
      const { Definition: definition, FrontendOpt, FrontendInputs } = request;
      if (request.Frontend === '' && definition !== undefined && definition.def.length > 0) {
        const { builds } = parts.engine.directories;
        const directory = await downloadSource(job, definition, builds, signal);
        const result = parts.jobs.addResult(job, { image: undefined, directory });
        return resultAnswer({ isMap: false, results: [result] });
      }
      requireOwnFrontend(request.Frontend, FrontendOpt);
      job.frontendAttributes = FrontendOpt;
      const frontendRequest = readFrontendRequest(FrontendOpt);
      if (frontendRequest.question !== '') {
        return questionAnswer(
          await answerQuestion(parts, job, frontendRequest, signal, FrontendInputs),
        );
      }
      const solved = await solveDockerfile(parts, job, frontendRequest, signal, FrontendInputs);
      const results = solved.made.map((made) => parts.jobs.addResult(job, made));
      return resultAnswer({ isMap: solved.isMap, results });
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
      else job.return(returnedIds(job, result));
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

/** The names of the results that a client returns, in the order in which the frontend made them. */
function returnedIds({ results }: Job, returned: GatewayResult | undefined): Returned {
  const value = returned?.result;
  if (value?.case === 'ref') return { isMap: false, ids: [value.value.id] };
  if (value?.case !== 'refs') return { isMap: false, ids: [] };
  const chosen = new Set(Object.values(value.value.refs).map(({ id }) => id));
  return { isMap: true, ids: [...results.keys()].filter((id) => chosen.has(id)) };
}

/** The answer for one result, or for one of each platform. */
function resultAnswer({ isMap, results }: Chosen): MessageInitShape<typeof SolveResponseSchema> {
  const ref = ({ id }: Result) => ({ id, def: resultDefinition(id) });
  const platforms = results.flatMap(({ platform }) => platform ?? []);
  const config = ({ image, platform }: Result): [string, Buffer] => [
    `containerimage.config${isMap && platform ? `/${platformId(platform)}` : ''}`,
    Buffer.from(JSON.stringify(image?.document ?? {})),
  ];
  const metadata = Object.fromEntries([
    ...results.map(config),
    ...(platforms.length > 0 ? [['refs.platforms', platformsDocument(platforms)]] : []),
  ]);
  const [first] = results;
  if (!isMap && first !== undefined) {
    return { result: { result: { case: 'ref', value: ref(first) }, metadata } };
  }
  const refs = Object.fromEntries(
    results.map((result) => [platformId(result.platform ?? nativePlatform()), ref(result)]),
  );
  return { result: { result: { case: 'refs', value: { refs } }, metadata } };
}

/** The platforms of a result, as clients read them. */
function platformsDocument(platforms: readonly Platform[]): Buffer {
  const Platforms = platforms.map((platform) => ({
    ID: platformId(platform),
    Platform: ociPlatform(platform),
  }));
  return Buffer.from(JSON.stringify({ Platforms }));
}
