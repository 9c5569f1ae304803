import { Arrivals } from '../arrivals.ts';
import { GrpcError, grpcCode } from '../grpc/status.ts';
import { Job, type PostedParts, type Result, type SolveRequest } from './job.ts';

/** A client's calls about a build may arrive before the build. */
const PATIENCE_MS = 3_000;
/** A client may ask for the status of a build that has just ended. */
const AFTERWARDS_MS = 30_000;

/** The builds under way. */
export class Jobs {
  readonly #jobs = new Arrivals<Job>();
  readonly #results = new Map<string, Result>();

  /** Throws GrpcError if a job has this reference. */
  begin(request: SolveRequest, signal: AbortSignal, posted?: PostedParts): Job {
    const { Ref: ref } = request;
    if (ref === '') throw new GrpcError(grpcCode.invalidArgument, 'the build has no reference');
    if (this.#jobs.get(ref) !== undefined) {
      throw new GrpcError(grpcCode.unknown, `job ID ${ref} exists`);
    }
    const job = new Job(request, signal, posted);
    this.#jobs.set(ref, job);
    return job;
  }

  /** Notes what the frontend made for a job. Other builds can begin with it until the job ends. */
  addResult(job: Job, made: Omit<Result, 'id'>): Result {
    const result = { id: `${job.ref}-${job.results.size}`, ...made };
    job.results.set(result.id, result);
    this.#results.set(result.id, result);
    return result;
  }

  result(id: string): Result | undefined {
    return this.#results.get(id);
  }

  end(job: Job): void {
    job.end();
    for (const id of job.results.keys()) this.#results.delete(id);
    setTimeout(() => this.#jobs.delete(job.ref), AFTERWARDS_MS).unref();
  }

  /** The job with this reference, running or ended a moment ago. */
  get(ref: string): Job | undefined {
    return this.#jobs.get(ref);
  }

  /** Ends the builds of a client whose session no longer answers. */
  abandon(session: string): void {
    for (const job of this.#jobs.values()) {
      if (job.request.Session === session) {
        job.stop(new GrpcError(grpcCode.unknown, 'session healthcheck failed fatally'));
      }
    }
  }

  /** Finds a job, which may begin a little later. Throws GrpcError. */
  async find(ref: string, signal: AbortSignal): Promise<Job> {
    const job = await this.#jobs.find(ref, PATIENCE_MS, signal);
    if (job === undefined) throw new GrpcError(grpcCode.unknown, `no such job ${ref}`);
    return job;
  }
}
