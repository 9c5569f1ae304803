import { create } from '@bufbuild/protobuf';
import type { Engine } from '../../engine/engine.ts';
import {
  BuildHistoryEventType,
  BuildHistoryRecordSchema,
  type BuildHistoryRequest,
} from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { GrpcError, grpcCode } from '../grpc/status.ts';
import type { Job } from '../jobs/job.ts';
import type { StatusEvent } from '../jobs/status-log.ts';
import { type HistoryEvent, HistoryEvents } from './history-events.ts';
import { createdAt, HistoryFiles, type HistoryRecord } from './history-files.ts';
import { matchesFilters } from './history-filter.ts';
import { pastRecord, runningRecord } from './history-record.ts';

/** Pinned builds don't count. Older builds than these are forgotten, or lose their output. */
const KEPT = { builds: 50, bytes: 32 << 20 };

interface PastBuild {
  record: HistoryRecord;
  /** Bytes of the log and of the documents on the disk. */
  bytes: number;
  /** The digests of its documents. Undefined before somebody asks for a document. */
  documents?: ReadonlySet<string>;
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
    const record = runningRecord(job);
    this.#running.set(job.ref, record);
    this.#events.publish({ type: STARTED, record });
  }

  /** Keeps a build that has ended. Its client doesn't wait until the build is on the disk. */
  finish(job: Job, response: Readonly<Record<string, string>>, error: GrpcError | undefined): void {
    if (job.request.Internal) return;
    const record = pastRecord(job, response, error);
    this.#running.delete(job.ref);
    const documents = new Set(job.documents.blobs.keys());
    const past: PastBuild = { record, bytes: 0, documents };
    this.#past.set(job.ref, past);
    this.#events.publish({ type: COMPLETE, record });
    this.#write(`keeping the build ${job.ref}`, async () => {
      await this.#load();
      const kept = await this.#files.save(past.record, job.status.events, job.documents.blobs);
      past.record = { ...create(BuildHistoryRecordSchema, past.record), logs: kept.logs };
      past.bytes = kept.bytes;
      await this.#limit();
    });
  }

  /** The output and progress of a past build. */
  async *status(ref: string): AsyncGenerator<StatusEvent> {
    await this.#writing;
    yield* this.#files.read(ref);
  }

  /** A document about a past build, such as its provenance, its image's manifest or its log. */
  async document(digest: string): Promise<Buffer | undefined> {
    await this.#load();
    await this.#writing;
    for (const [ref, past] of this.#newestFirst()) {
      if (past.record.logs?.digest === digest) return this.#files.log(ref);
      past.documents ??= await this.#files.documentDigests(ref);
      if (past.documents.has(digest)) return this.#files.document(ref, digest);
    }
    return undefined;
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
    // Records on the disk have more: their logs. Who asks only for running builds doesn't wait.
    if (!request.ActiveOnly) await this.#writing;
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
      for (const { record, bytes } of await this.#files.load()) {
        if (!this.#past.has(record.Ref)) this.#past.set(record.Ref, { record, bytes });
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
      bytes += past.bytes;
      const isTooMuch = bytes > this.#kept.bytes && index > 0;
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
