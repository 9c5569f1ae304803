import { randomBytes } from 'node:crypto';
import type { ClientHttp2Session } from 'node:http2';
import {
  Control,
  type StatusResponse,
} from '../../../guest-agent/buildkit/generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { LLBBridge } from '../../../guest-agent/buildkit/generated/github.com/moby/buildkit/frontend/gateway/pb/gateway_pb.js';
import { answersTo, callWithoutDeadline } from '../../../guest-agent/buildkit/grpc/client.ts';
import type { Method } from '../../../guest-agent/buildkit/grpc/server.ts';
import { GrpcError, grpcCode, toStatus } from '../../../guest-agent/buildkit/grpc/status.ts';
import { awaitedElsewhere } from '../base/awaited-elsewhere.ts';
import { loggerOf } from '../base/log.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { connectBuildkit, toHostError } from './connection.ts';
import { openSession } from './session.ts';

const log = loggerOf('buildkit');

/** A type and its settings: of an exporter, or of a cache. */
export interface Typed {
  readonly Type: string;
  readonly Attrs: Readonly<Record<string, string>>;
}

/** What to build, in BuildKit's terms. */
export interface SolveInput {
  /** Settings of the Dockerfile frontend. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly exporters: readonly Typed[];
  readonly cacheImports: readonly Typed[];
  readonly cacheExports: readonly Typed[];
  readonly entitlements: readonly string[];
  /** A question about the Dockerfile, which the history doesn't keep. */
  readonly isInternal: boolean;
  /** Names the context for the next builds. */
  readonly sharedKey: string;
  /** What the engine may ask during the build. */
  readonly services: readonly Method[];
}

export interface SolveOutput {
  /** The build's name in the history. */
  readonly ref: string;
  readonly response: Readonly<Record<string, string>>;
  /** What the frontend says about its result, such as the answer of `--check`. */
  readonly metadata: Readonly<Record<string, Uint8Array>>;
}

/**
 * Builds as buildx does: opens a build, asks the Dockerfile frontend for a result, and returns it for
 * export. Throws HostError; its cause may be a GrpcError with the place in the Dockerfile.
 */
export async function solve(
  engine: EngineClient,
  input: SolveInput,
  onStatus: (status: StatusResponse) => void,
  signal: AbortSignal,
  ref: string = randomBytes(12).toString('hex'),
): Promise<SolveOutput> {
  try {
    using connection = await connectBuildkit(engine, signal);
    await using session = await openSession(engine, input.sharedKey, input.services, signal);
    return await run(connection.http2, session.id, ref, input, onStatus, signal);
  } catch (error) {
    if (signal.aborted) throw toHostError(new GrpcError(grpcCode.canceled, 'context canceled'));
    throw toHostError(error);
  }
}

async function run(
  http2: ClientHttp2Session,
  sessionId: string,
  ref: string,
  input: SolveInput,
  onStatus: (status: StatusResponse) => void,
  signal: AbortSignal,
): Promise<SolveOutput> {
  const over = new AbortController();
  const limited = AbortSignal.any([signal, over.signal]);
  const watched = watch(http2, ref, onStatus, limited);
  const built = callWithoutDeadline(
    http2,
    Control.method.solve,
    {
      Ref: ref,
      Session: sessionId,
      FrontendAttrs: { ...input.attributes },
      Cache: {
        Imports: input.cacheImports.map(copyOf),
        Exports: input.cacheExports.map(copyOf),
      },
      Entitlements: [...input.entitlements],
      Exporters: input.exporters.map(copyOf),
      Internal: input.isInternal,
    },
    limited,
  );
  awaitedElsewhere(built);
  try {
    const metadata = await steer(http2, ref, input, AbortSignal.any([limited, failureOf(built)]));
    const { ExporterResponse } = await built;
    await watched;
    return { ref, response: ExporterResponse, metadata };
  } catch (error) {
    // The engine's own answer says more than the call that it interrupted.
    await built;
    throw error;
  } finally {
    await shortly(watched);
    over.abort();
  }
}

/** Asks for the result and returns it, or the error, to the build. */
async function steer(
  http2: ClientHttp2Session,
  ref: string,
  { attributes, cacheImports }: SolveInput,
  signal: AbortSignal,
): Promise<Record<string, Uint8Array>> {
  const { method } = LLBBridge;
  const metadata = { 'buildkit-controlapi-buildid': ref };
  try {
    const { result } = await callWithoutDeadline(
      http2,
      method.solve,
      {
        Frontend: 'dockerfile.v0',
        FrontendOpt: { ...attributes },
        CacheImports: cacheImports.map(copyOf),
        allowResultReturn: true,
        allowResultArrayRef: true,
      },
      signal,
      metadata,
    );
    await callWithoutDeadline(
      http2,
      method.return,
      result === undefined ? {} : { result },
      signal,
      metadata,
    );
    return result?.metadata ?? {};
  } catch (error) {
    if (error instanceof GrpcError && !signal.aborted) {
      await callWithoutDeadline(http2, method.return, { error: toStatus(error) }, signal, metadata);
    }
    throw error;
  }
}

/** Tells of the build's progress until the build ends. */
async function watch(
  http2: ClientHttp2Session,
  ref: string,
  onStatus: (status: StatusResponse) => void,
  signal: AbortSignal,
): Promise<void> {
  const { status } = Control.method;
  try {
    for await (const each of answersTo(http2, status, { Ref: ref }, signal)) onStatus(each);
  } catch (error) {
    // The build itself reports what went wrong.
    log.debug(`Watching the build ${ref} ended early`, error);
  }
}

/** How long the last progress may take after the end of the build, in milliseconds. */
const LAST_PROGRESS_MS = 3_000;

async function shortly(promise: Promise<void>): Promise<void> {
  const { promise: passed, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, LAST_PROGRESS_MS);
  await Promise.race([promise, passed]);
  clearTimeout(timer);
}

/** Aborts if the promise rejects. */
function failureOf(promise: Promise<unknown>): AbortSignal {
  const failed = new AbortController();
  promise.catch((error: unknown) => failed.abort(error));
  return failed.signal;
}

const copyOf = ({ Type, Attrs }: Typed) => ({ Type, Attrs: { ...Attrs } });
