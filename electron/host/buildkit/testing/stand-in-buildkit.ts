import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { BuildCache } from '../../../../guest-agent/buildkit/cache/build-cache.ts';
import {
  type ControlParts,
  controlMethods,
} from '../../../../guest-agent/buildkit/control/control.ts';
import { toGrpcError } from '../../../../guest-agent/buildkit/control/errors.ts';
import { BuildHistory } from '../../../../guest-agent/buildkit/control/history.ts';
import { receivePackets } from '../../../../guest-agent/buildkit/files/receive-packets.ts';
import { Control } from '../../../../guest-agent/buildkit/generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { LLBBridge } from '../../../../guest-agent/buildkit/generated/github.com/moby/buildkit/frontend/gateway/pb/gateway_pb.js';
import { FileSync } from '../../../../guest-agent/buildkit/generated/github.com/moby/buildkit/session/filesync/filesync_pb.js';
import { callStreaming, type Metadata } from '../../../../guest-agent/buildkit/grpc/client.ts';
import { serveGrpc, unary } from '../../../../guest-agent/buildkit/grpc/server.ts';
import { fromStatus, type GrpcError } from '../../../../guest-agent/buildkit/grpc/status.ts';
import { agreeToHttp2 } from '../../../../guest-agent/buildkit/grpc/upgrade.ts';
import type { Job, SolveRequest } from '../../../../guest-agent/buildkit/jobs/job.ts';
import { Jobs } from '../../../../guest-agent/buildkit/jobs/jobs.ts';
import type { ClientSession } from '../../../../guest-agent/buildkit/session/client-session.ts';
import { readSessionOffer } from '../../../../guest-agent/buildkit/session/offer.ts';
import { Sessions } from '../../../../guest-agent/buildkit/session/sessions.ts';
import type { FakeEngine } from '../../../../guest-agent/testing/fake-engine/fake-engine.ts';
import { socketDirectory } from '../../../../guest-agent/testing/test-socket.ts';
import type { ScriptedEngine } from '../../engine/testing/scripted-engine.ts';

/** A build as the stand-in sees it. */
export interface StandInBuild {
  readonly job: Job;
  readonly request: SolveRequest;
  /** What the client asks of the Dockerfile frontend. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly session: ClientSession;
  /** The client's files of a directory, by path. Directories end with a slash. */
  files(name: string, filter?: Metadata): Promise<Record<string, string>>;
}

type Script = (build: StandInBuild) => Promise<Record<string, Uint8Array> | undefined>;

/**
 * BuildKit's services with the engine's own jobs, sessions and history, but with a script of the test
 * as the frontend.
 */
export class StandInBuildkit {
  readonly builds: StandInBuild[] = [];
  /** What the next builds do. The result is the frontend's metadata. */
  script: Script = async () => undefined;
  /** What the exporters answer. */
  response: Record<string, string> = {
    'containerimage.digest': 'sha256:1',
    'containerimage.config.digest': 'sha256:1',
  };
  readonly #jobs = new Jobs();
  readonly #sessions = new Sessions();
  #history: BuildHistory | undefined;

  /** Answers `/grpc` and `/session` of an engine. */
  attach(engine: ScriptedEngine): void {
    this.#history = historyBeside(engine.socketPath);
    const serve = (route: string, run: (socket: Duplex, headers: object) => Promise<void>) =>
      engine.upgrade(route, async (socket, { headers }) => {
        await agreeToHttp2(socket);
        await run(socket, headers);
      });
    serve('POST /grpc', (socket) => this.#serveCalls(socket));
    serve('POST /session', (socket, headers) =>
      this.#sessions.serve(readSessionOffer({ ...headers }), socket),
    );
  }

  /** Takes the place of a fake engine's own BuildKit. */
  replace(engine: FakeEngine): void {
    this.#history = historyBeside(engine.socket);
    const http2 = (run: (socket: Duplex) => Promise<void>) => ({ kind: 'http2' as const, run });
    engine.inject('POST /grpc', {
      kind: 'reply',
      reply: () => http2((socket) => this.#serveCalls(socket)),
    });
    engine.inject('POST /session', {
      kind: 'reply',
      reply: ({ message }) => {
        const offer = readSessionOffer(message.headersDistinct);
        return http2((socket) => this.#sessions.serve(offer, socket));
      },
    });
  }

  async #serveCalls(socket: Duplex): Promise<void> {
    const history = this.#history;
    if (history === undefined) throw new Error('the stand-in answers no engine');
    // The stand-in keeps nothing for later builds.
    const cache = new BuildCache({ stores: [], directory: tmpdir(), log: () => {} });
    const parts = { history, cache, jobs: this.#jobs, sessions: this.#sessions };
    const own = controlMethods({ ...parts, hostGateway: () => '10.1.1.1' } as ControlParts);
    const { return: returned, solve } = LLBBridge.method;
    const jobOf = (id: unknown, signal: AbortSignal) => this.#jobs.find(String(id), signal);
    const methods = [
      ...own,
      unary(Control.method.solve, async (request, { signal }) => {
        const job = this.#jobs.begin(request, signal);
        history.begin(job);
        let failure: GrpcError | undefined;
        try {
          await job.returned();
          return { ExporterResponse: this.response };
        } catch (error) {
          failure = toGrpcError(error);
          throw failure;
        } finally {
          this.#jobs.end(job);
          history.finish(job, this.response, failure);
        }
      }),
      unary(solve, async ({ FrontendOpt }, { headers, signal }) => {
        const job = await jobOf(headers['buildkit-controlapi-buildid'], signal);
        job.frontendAttributes = FrontendOpt;
        const session = await this.#sessions.find(job.request.Session, signal);
        const build: StandInBuild = {
          ...{ job, request: job.request, attributes: FrontendOpt, session },
          files: (name, filter = {}) => filesOf(session, name, filter, signal),
        };
        this.builds.push(build);
        return { result: { metadata: (await this.script(build)) ?? {} } };
      }),
      unary(returned, async ({ error }, { headers, signal }) => {
        const job = await jobOf(headers['buildkit-controlapi-buildid'], signal);
        if (error !== undefined && error.code !== 0) job.fail(fromStatus(error));
        else job.return({ isMap: false, ids: [] });
        return {};
      }),
    ];
    await serveGrpc(socket, new Map(methods.map((each) => [each.path, each])), toGrpcError);
  }
}

/** In the engine's own directory, which its test removes. */
function historyBeside(socket: string): BuildHistory {
  return new BuildHistory(join(socketDirectory(socket), 'history'), () => {});
}

/** Reads a directory of the client into memory. */
async function filesOf(
  { http2 }: ClientSession,
  name: string,
  filter: Metadata,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  const metadata = { 'dir-name': name, ...filter };
  const exchange = callStreaming(http2, FileSync.method.diffCopy, metadata, signal);
  const writer = {
    add: async ({ path, kind, target }: { path: string; kind: string; target: string }) => {
      if (kind === 'directory') files[`${path}/`] = '';
      else if (kind !== 'file') files[path] = `${kind} ${target}`;
      return kind === 'file';
    },
    create: async ({ path }: { path: string }) => {
      files[path] = '';
      const file = {
        writeFile: async (data: Buffer) => {
          files[path] = `${files[path]}${data}`;
        },
        close: async () => {},
      };
      return file as never;
    },
    finishFile: async () => {},
    finish: async () => {},
  };
  await receivePackets(exchange, writer, () => {});
  return files;
}
