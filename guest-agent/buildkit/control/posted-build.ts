import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { create, toBinary } from '@bufbuild/protobuf';
import { awaitedElsewhere, EngineError } from '../../errors.ts';
import { Arrivals } from '../arrivals.ts';
import {
  SolveRequestSchema,
  StatusResponseSchema,
} from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { GrpcError, grpcCode } from '../grpc/status.ts';
import type { PostedParts } from '../jobs/job.ts';
import { type ControlParts, solveJob } from './control.ts';

/** A build that a client posts in one request, without BuildKit's own protocol. */
export interface PostedBuild extends PostedParts {
  /** What the client asks of the Dockerfile frontend. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly exporter: { readonly type: string; readonly attributes: Record<string, string> };
  readonly entitlements: readonly string[];
  /** The client's session. Empty if it has none. */
  readonly session: string;
  /** Whether the answer is only the image's ID. */
  readonly isQuiet: boolean;
  /** With this ID, the client can cancel the build and upload its context. Empty if unused. */
  readonly id: string;
  /** Whether another request of the client uploads the context. */
  readonly awaitsUpload: boolean;
}

/** How long a build waits for its context, and an uploaded context for its build. */
const UPLOAD_PATIENCE_MS = 5_000;

/** Builds that clients post to `/build`, as clients from before `/grpc` and SDKs do. */
export class PostedBuilds {
  readonly #parts: ControlParts;
  readonly #underWay = new Map<string, AbortController>();
  readonly #uploads = new Arrivals<AsyncIterable<Uint8Array>>();

  constructor(parts: ControlParts) {
    this.#parts = parts;
  }

  /** Builds, and yields the lines of the answer. */
  async *run(build: PostedBuild, signal: AbortSignal): AsyncGenerator<object> {
    const cancelled = new AbortController();
    if (build.id !== '') this.#underWay.set(build.id, cancelled);
    const limit = AbortSignal.any([signal, cancelled.signal]);
    try {
      yield* this.#solve(build, limit);
    } finally {
      this.#underWay.delete(build.id);
      this.#uploads.delete(build.id);
    }
  }

  /** Cancels a build if it runs: a posted one by its ID, or any by its reference in the history. */
  cancel(id: string): void {
    this.#underWay.get(id)?.abort();
    this.#parts.jobs.get(id)?.stop(new GrpcError(grpcCode.canceled, 'context canceled'));
  }

  /** Keeps a context for the build with this ID, until the build has read it. */
  async upload(id: string, body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#uploads.set(id, untilRead(body, resolve));
    await Promise.race([promise, signal.aborted ? undefined : once(signal, 'abort')]);
  }

  async *#solve(build: PostedBuild, signal: AbortSignal): AsyncGenerator<object> {
    const { attributes, exporter, entitlements, session, credentials } = build;
    const context = build.awaitsUpload ? await this.#uploaded(build.id, signal) : build.context;
    const request = create(SolveRequestSchema, {
      ...{ Ref: randomUUID(), Session: session, Entitlements: [...entitlements] },
      ...{ Frontend: 'dockerfile.v0', FrontendAttrs: await this.#resolved(attributes) },
      Exporters: exporter.type === '' ? [] : [{ Type: exporter.type, Attrs: exporter.attributes }],
    });
    const job = this.#parts.jobs.begin(request, signal, { context, credentials });
    const solved = solveJob(this.#parts, job);
    // The lines end before the failure is thrown.
    const settled = solved.catch(awaitedElsewhere);
    if (build.isQuiet) await settled;
    else {
      for await (const event of job.status.follow(signal)) {
        const message = toBinary(StatusResponseSchema, create(StatusResponseSchema, event));
        yield { id: 'moby.buildkit.trace', aux: Buffer.from(message).toString('base64') };
      }
    }
    const { 'containerimage.digest': ID } = await solved;
    if (build.isQuiet) yield { stream: `${ID ?? ''}\n` };
    else if (ID !== undefined) yield { id: 'moby.image.id', aux: { ID } };
  }

  /** Only the engine knows the address of `host-gateway`. */
  async #resolved(attributes: PostedBuild['attributes']): Promise<Record<string, string>> {
    const hosts = attributes['add-hosts'] ?? '';
    if (!hosts.includes('host-gateway')) return { ...attributes };
    const address = this.#parts.hostGateway();
    return { ...attributes, 'add-hosts': hosts.replaceAll('host-gateway', address) };
  }

  async #uploaded(id: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const upload = await this.#uploads.find(id, UPLOAD_PATIENCE_MS, signal);
    if (upload !== undefined) return upload;
    throw new EngineError('invalid', 'the context of the build did not arrive');
  }
}

async function* untilRead(
  body: AsyncIterable<Uint8Array>,
  whenRead: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } finally {
    whenRead();
  }
}
