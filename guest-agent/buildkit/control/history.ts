import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  type BuildHistoryEventSchema,
  BuildHistoryEventType,
  type BuildHistoryRecordSchema,
} from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { type GrpcError, toStatus } from '../grpc/status.ts';
import type { Job } from '../jobs/job.ts';

type Record = MessageInitShape<typeof BuildHistoryRecordSchema>;

/** Builds that clients can ask about afterwards. Older ones are forgotten. */
const KEPT_BUILDS = 50;
/** The output of all past builds. Older builds lose theirs. */
const KEPT_OUTPUT_BYTES = 32 << 20;

interface PastBuild {
  readonly record: Record;
  readonly job: Job;
}

/** The last builds since the engine's start, with their output. */
export class BuildHistory {
  readonly #builds = new Map<string, PastBuild>();

  /** Keeps a build that has ended. */
  add(job: Job, response: { [key: string]: string }, error: GrpcError | undefined): void {
    // A client that finds out what the engine can do opens an internal build.
    if (job.request.Internal) return;
    const { Frontend, FrontendAttrs, Exporters } = job.request;
    const record: Record = {
      ...{ Ref: job.ref, Exporters, ExporterResponse: response },
      Frontend: job.frontendAttributes === undefined ? Frontend : 'dockerfile.v0',
      FrontendAttrs: { ...(job.frontendAttributes ?? FrontendAttrs) },
      ...(error === undefined ? {} : { error: toStatus(error) }),
      CreatedAt: timestampFromDate(job.startedAt),
      CompletedAt: timestampFromDate(new Date()),
      ...job.stepCounts,
      ...resultInfos(job),
    };
    this.#builds.set(job.ref, { record, job });
    for (const ref of this.#builds.keys()) {
      if (this.#builds.size <= KEPT_BUILDS) break;
      this.#builds.delete(ref);
    }
    this.#limitOutput(job);
  }

  /** The client of the build that has just ended may not have read all of the output yet. */
  #limitOutput(latest: Job): void {
    let bytes = 0;
    for (const { job } of [...this.#builds.values()].reverse()) {
      bytes += job.status.outputBytes;
      if (bytes > KEPT_OUTPUT_BYTES && job !== latest) job.status.dropOutput();
    }
  }

  /** The job of a past build, for its output. */
  job(ref: string): Job | undefined {
    return this.#builds.get(ref)?.job;
  }

  delete(ref: string): void {
    this.#builds.delete(ref);
  }

  /** The past builds, newest first: all, or the one with a reference. */
  list(ref: string, limit: number): MessageInitShape<typeof BuildHistoryEventSchema>[] {
    const builds = [...this.#builds.values()].reverse();
    return builds
      .filter(({ record }) => ref === '' || record.Ref === ref)
      .slice(0, limit > 0 ? limit : undefined)
      .map(({ record }) => ({ type: BuildHistoryEventType.COMPLETE, record }));
  }
}

/** What is known of the results: of one, or of one for each platform. */
function resultInfos({ resultInfos }: Job): Pick<Record, 'Result' | 'Results'> {
  const [only, ...others] = resultInfos.values();
  if (only === undefined) return {};
  return others.length === 0 ? { Result: only } : { Results: Object.fromEntries(resultInfos) };
}
