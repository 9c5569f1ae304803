import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { redacted } from '../../build/git/redacted.ts';
import type { Engine } from '../../engine/engine.ts';
import {
  BuildHistoryEventType,
  type BuildHistoryRequest,
  type BuildResultInfo,
} from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { GrpcError, grpcCode, toStatus } from '../grpc/status.ts';
import type { Job } from '../jobs/job.ts';
import type { StatusEvent } from '../jobs/status-log.ts';
import { type HistoryEvent, HistoryEvents } from './history-events.ts';
import { createdAt, HistoryFiles, type HistoryRecord } from './history-files.ts';
import { matchesFilters } from './history-filter.ts';

/** Pinned builds don't count. Older builds than these are forgotten, or lose their output. */
const KEPT = { builds: 50, logBytes: 32 << 20 };

interface PastBuild {
  record: HistoryRecord;
  logBytes: number;
}

const { STARTED, COMPLETE, DELETED } = BuildHistoryEventType;

/** Past and running builds, for clients that ask about them. Past builds are on the disk. */
export class BuildHistory {
  readonly #files: HistoryFiles;
  readonly #events = new HistoryEvents();
  readonly #running = new Map<string, HistoryRecord>();
  readonly #past = new Map<string, PastBuild>();
  readonly #log: Engine['log'];
  readonly #kept: typeof KEPT;
  #loading: Promise<void> | undefined;
  /** Changes of the files, one after the other. */
  #writing = Promise.resolve();

  constructor(directory: string, log: Engine['log'], kept = KEPT) {
    this.#files = new HistoryFiles(directory, log);
    this.#log = log;
    this.#kept = kept;
  }

  /** A build begins. */
  begin(job: Job): void {
    // A client that finds out what the engine can do opens an internal build.
    if (job.request.Internal) return;
    const record = recordOf(job);
    this.#running.set(job.ref, record);
    this.#events.publish({ type: STARTED, record });
  }

  /** Keeps a build that has ended. Its client doesn't wait until the build is on the disk. */
  finish(job: Job, response: Readonly<Record<string, string>>, error: GrpcError | undefined): void {
    if (job.request.Internal) return;
    const record: HistoryRecord = {
      ...recordOf(job),
      ExporterResponse: { ...response },
      ...(error === undefined ? {} : { error: toStatus(error) }),
      CompletedAt: timestampFromDate(new Date()),
      ...job.stepCounts,
      numWarnings: job.status.warnings,
      ...resultInfos(job),
    };
    this.#running.delete(job.ref);
    const past: PastBuild = { record, logBytes: 0 };
    this.#past.set(job.ref, past);
    this.#events.publish({ type: COMPLETE, record });
    this.#write(`keeping the build ${job.ref}`, async () => {
      await this.#load();
      past.logBytes = await this.#files.save(record, job.status.events);
      await this.#limit();
    });
  }

  /** The output and progress of a past build. */
  async *status(ref: string): AsyncGenerator<StatusEvent> {
    await this.#writing;
    yield* this.#files.read(ref);
  }

  async has(ref: string): Promise<boolean> {
    await this.#load();
    return this.#past.has(ref);
  }

  /** Throws GrpcError for an unknown build. */
  async update(ref: string, change: { Pinned: boolean; Delete: boolean }): Promise<void> {
    await this.#load();
    const past = this.#past.get(ref);
    if (past === undefined) {
      // BuildKit's own text, which clients show.
      throw new GrpcError(grpcCode.unknown, `lease "ref_${ref}": not found`);
    }
    if (change.Delete) {
      this.#remove(ref, past);
      this.#write(`forgetting the build ${ref}`, () => this.#files.remove(ref));
      return this.#writing;
    }
    past.record = { ...past.record, pinned: change.Pinned };
    this.#events.publish({ type: COMPLETE, record: past.record });
    this.#write(`pinning the build ${ref}`, () => this.#files.saveRecord(past.record));
    await this.#writing;
  }

  /** Running builds, then past builds with the newest first, then what happens to builds. */
  async *listen(request: BuildHistoryRequest, signal: AbortSignal): AsyncGenerator<HistoryEvent> {
    await this.#load();
    using follower = this.#events.follow();
    const { Ref, ActiveOnly, EarlyExit, Filter, Limit } = request;
    const isMeant = ({ record }: HistoryEvent) =>
      record !== undefined && (Ref === '' || record.Ref === Ref) && matchesFilters(record, Filter);
    const running = [...this.#running.values()].map((record) => ({ type: STARTED, record }));
    const all = ActiveOnly
      ? []
      : this.#newestFirst().map(([, { record }]) => ({ type: COMPLETE, record }));
    const found = [...running, ...all].filter(isMeant);
    yield* Limit > 0 ? found.slice(0, Limit) : found;
    if (EarlyExit) return;
    for await (const event of follower.events(signal)) {
      if (isMeant(event)) yield event;
    }
  }

  #load(): Promise<void> {
    this.#loading ??= (async () => {
      for (const { record, logBytes } of await this.#files.load()) {
        if (!this.#past.has(record.Ref)) this.#past.set(record.Ref, { record, logBytes });
      }
    })();
    return this.#loading;
  }

  #newestFirst(): [ref: string, past: PastBuild][] {
    // Reversed first, for builds that began in the same millisecond.
    const latestFirst = [...this.#past].reverse();
    return latestFirst.sort(([, a], [, b]) => createdAt(b.record) - createdAt(a.record));
  }

  #remove(ref: string, { record }: PastBuild): void {
    this.#past.delete(ref);
    this.#events.publish({ type: DELETED, record });
  }

  /** Forgets the oldest builds beyond the limits. The latest build keeps its output. */
  async #limit(): Promise<void> {
    const loose = this.#newestFirst().filter(([, { record }]) => !record.pinned);
    let bytes = 0;
    for (const [index, [ref, past]] of loose.entries()) {
      bytes += past.logBytes;
      const isTooMuch = bytes > this.#kept.logBytes && index > 0;
      if (index < this.#kept.builds && !isTooMuch) continue;
      this.#remove(ref, past);
      await this.#files.remove(ref);
    }
  }

  /** Resolves when all changes so far are on the disk. */
  async written(): Promise<void> {
    await this.#writing;
  }

  /** A build is over even if it can't be kept, such as on a full disk. */
  #write(what: string, work: () => Promise<void>): void {
    this.#writing = this.#writing.then(work).catch((error) => this.#log(what, error));
  }
}

function recordOf(job: Job): HistoryRecord {
  const { Frontend, FrontendAttrs, Exporters } = job.request;
  return {
    ...{ Ref: job.ref, Exporters },
    Frontend: job.frontendAttributes === undefined ? Frontend : 'dockerfile.v0',
    FrontendAttrs: Object.fromEntries(
      Object.entries(job.frontendAttributes ?? FrontendAttrs).map(([name, value]) => [
        name,
        // The app builds again with the same arguments.
        name.startsWith('build-arg:') ? value : redacted(value),
      ]),
    ),
    CreatedAt: timestampFromDate(job.startedAt),
  };
}

interface ResultInfos {
  Result?: BuildResultInfo;
  Results?: Record<string, BuildResultInfo>;
}

/** What is known of the results: of one, or of one for each platform. */
function resultInfos({ resultInfos }: Job): ResultInfos {
  const [only, ...others] = resultInfos.values();
  if (only === undefined) return {};
  return others.length === 0 ? { Result: only } : { Results: Object.fromEntries(resultInfos) };
}
