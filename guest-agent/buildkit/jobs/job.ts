import type { MessageShape } from '@bufbuild/protobuf';
import type { StoredImage } from '../../engine/images/store/stored-image.ts';
import { awaitedElsewhere } from '../../errors.ts';
import type { Credentials } from '../../registry/auth/credentials.ts';
import type { Platform } from '../../registry/platform.ts';
import type { SolveRequestSchema } from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { GrpcError, grpcCode } from '../grpc/status.ts';
import { BuildDocuments } from './build-documents.ts';
import { Materials } from './materials.ts';
import { StatusLog } from './status-log.ts';
import { Vertex } from './vertex.ts';

export type SolveRequest = MessageShape<typeof SolveRequestSchema>;

/** What a client asked of the Dockerfile frontend, and the files that it gave. */
export interface Result {
  /** The client's name for the result. */
  readonly id: string;
  /** Undefined if the result has no files, as of `FROM scratch` alone. */
  readonly image: StoredImage | undefined;
  /** The platform that the image is for. */
  readonly platform?: Platform;
  /** A directory with the files of a result that isn't an image. */
  readonly directory?: string;
}

/** The client's names of these results. */
export interface Returned {
  readonly isMap: boolean;
  readonly ids: readonly string[];
}

/** The results that a client wants to have exported. */
export interface Chosen {
  /** Whether they are for several platforms, or the client treats them like that. */
  readonly isMap: boolean;
  readonly results: readonly Result[];
}

/** What a client sends with a build if it has no session in which the engine could ask for it. */
export interface PostedParts {
  /** An archive of the context, or a Dockerfile. */
  readonly context: AsyncIterable<Uint8Array>;
  readonly credentials: (domain: string) => Credentials | undefined;
}

/** The jobs of this process so far. */
let jobs = 0;

/**
 * One `Solve` of a client. A client that steers a build itself first opens an empty one, then asks
 * the frontend for results, and returns the result that it wants to have exported.
 */
export class Job {
  readonly ref: string;
  readonly request: SolveRequest;
  readonly status = new StatusLog();
  /** Aborts when the client cancels the build, disconnects or no longer answers. */
  readonly signal: AbortSignal;
  readonly #stopped = new AbortController();
  /** What the frontend made so far, by ID. */
  readonly results = new Map<string, Result>();
  readonly startedAt = new Date();
  /** Later jobs have a larger number. */
  readonly number: number;
  /** What the results were made from. */
  readonly materials = new Materials();
  /** What the history keeps of the results. */
  readonly documents = new BuildDocuments();
  readonly #kept = new DisposableStack();
  readonly #returned = Promise.withResolvers<Returned>();
  /** What the client asked of the frontend. */
  frontendAttributes: Readonly<Record<string, string>> | undefined;
  readonly #vertices: Vertex[] = [];
  readonly #sources = new Map<string, Vertex>();

  readonly posted: PostedParts | undefined;

  constructor(request: SolveRequest, signal: AbortSignal, posted?: PostedParts) {
    jobs += 1;
    this.number = jobs;
    this.ref = request.Ref;
    this.request = request;
    this.posted = posted;
    this.signal = AbortSignal.any([signal, this.#stopped.signal]);
    this.signal.addEventListener('abort', () => {
      this.fail(new GrpcError(grpcCode.canceled, 'context canceled'));
    });
    // Nobody waits for the result of a job that ends early.
    this.#returned.promise.catch(awaitedElsewhere);
  }

  get stepCounts() {
    return {
      numTotalSteps: this.#vertices.length,
      numCompletedSteps: this.#vertices.filter(({ isOver }) => isOver).length,
      numCachedSteps: this.#vertices.filter(({ isCached }) => isCached).length,
    };
  }

  /** Begins a step. `inputs` are the digests of the steps from which it takes files. */
  vertex(name: string, inputs: readonly string[] = []): Vertex {
    const id = `${this.ref} ${this.#vertices.length}`;
    const vertex = new Vertex(this.status, id, name, inputs);
    this.#vertices.push(vertex);
    return vertex;
  }

  /** The digest of the step that loads a context. An empty name means the build's own context. */
  sourceStep(context: string): string | undefined {
    return this.#sources.get(context)?.digest;
  }

  /** Runs a whole step. `context` is the name of the context that it loads. */
  async step<T>(name: string, work: (vertex: Vertex) => Promise<T>, context?: string): Promise<T> {
    const vertex = this.vertex(name);
    if (context !== undefined) this.#sources.set(context, vertex);
    try {
      const result = await work(vertex);
      vertex.complete();
      return result;
    } catch (error) {
      vertex.fail(error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  /**
   * Takes an image or a directory that results need, and gives it up when the job ends. Throws
   * GrpcError without taking anything if the job has ended, as a cancelled build stops later.
   */
  keep<T extends Disposable>(take: () => T): T {
    if (this.#kept.disposed) throw new GrpcError(grpcCode.canceled, 'context canceled');
    return this.#kept.use(take());
  }

  /** The client chose results, or none. */
  return(returned: Returned): void {
    this.#returned.resolve(returned);
  }

  fail(error: GrpcError): void {
    this.#returned.reject(error);
  }

  /** Fails, and interrupts the step that runs. */
  stop(error: GrpcError): void {
    this.fail(error);
    this.#stopped.abort();
  }

  /** Waits for the client's choice. Throws GrpcError. */
  async returned(): Promise<Chosen> {
    const { isMap, ids } = await this.#returned.promise;
    const results = ids.flatMap((id) => this.results.get(id) ?? []);
    return { isMap, results };
  }

  end(): void {
    this.status.end();
    this.#kept.dispose();
  }
}
