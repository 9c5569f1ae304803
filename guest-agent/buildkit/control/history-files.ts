import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import type { Engine } from '../../engine/engine.ts';
import { ifMissing } from '../../errors.ts';
import { writeFileAtomic } from '../../store/atomic-file.ts';
import { sha256 } from '../../store/digest.ts';
import {
  type BuildHistoryRecord,
  BuildHistoryRecordSchema,
  type Descriptor,
  DescriptorSchema,
  StatusResponseSchema,
} from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { frame, readFrames } from '../grpc/frames.ts';
import type { StatusEvent } from '../jobs/status-log.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** The most output of one build that is kept. */
const MAX_LOG_BYTES = 16 << 20;

/** BuildKit's name of such a log. */
const LOG_TYPE = 'application/vnd.buildkit.status.v0';

export type HistoryRecord = MessageInitShape<typeof BuildHistoryRecordSchema>;

/** A past build on the disk. */
export interface KeptBuild {
  readonly record: BuildHistoryRecord;
  /** Bytes of the log and of the documents on the disk. */
  readonly bytes: number;
}

/**
 * Past builds in files: for each a record, a compressed log of what clients saw, and documents
 * about the build. The record is written last, so that every record has its log.
 */
export class HistoryFiles {
  readonly #directory: string;
  readonly #log: Engine['log'];

  constructor(directory: string, log: Engine['log']) {
    this.#directory = directory;
    this.#log = log;
  }

  /** All past builds, oldest first. A record that can't be read is reported and skipped. */
  async load(): Promise<KeptBuild[]> {
    const names = await readdir(this.#directory).catch(ifMissing([]));
    const found: KeptBuild[] = [];
    const records = new Set(names.filter((name) => name.endsWith('.record')));
    for (const name of names) {
      const path = join(this.#directory, name);
      // What a crash left: a half-written file, or a log without its record.
      const isWhole = records.has(name.replace(/\.\w+$/, '.record'));
      if (!isWhole) await rm(path, { force: true });
      if (!records.has(name)) continue;
      try {
        const record = fromBinary(BuildHistoryRecordSchema, await readFile(path));
        let bytes = 0;
        for (const kind of ['log', 'documents'] as const) {
          const file = await stat(this.#path(record.Ref, kind)).catch(ifMissing(undefined));
          bytes += file?.size ?? 0;
        }
        found.push({ record, bytes });
      } catch (error) {
        this.#log(`reading the past build ${path}`, error);
      }
    }
    return found.sort((a, b) => createdAt(a.record) - createdAt(b.record));
  }

  /** Returns how clients find the log, and the bytes on the disk. `documents` are by digest. */
  async save(
    record: HistoryRecord,
    events: Iterable<StatusEvent>,
    documents: ReadonlyMap<string, Uint8Array>,
  ): Promise<{ logs: Descriptor; bytes: number }> {
    const message = create(BuildHistoryRecordSchema, record);
    const { Ref } = message;
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const messages = encode(events);
    const whole = withLengths(messages);
    const logs = create(DescriptorSchema, {
      ...{ mediaType: LOG_TYPE, digest: sha256(whole), size: BigInt(whole.length) },
    });
    const log = await compress(Buffer.concat(messages.map(frame)));
    await writeFileAtomic(this.#path(Ref, 'log'), log);
    const kept = await compress(Buffer.concat([...documents.values()].map(frame)));
    if (documents.size > 0) await writeFileAtomic(this.#path(Ref, 'documents'), kept);
    await this.saveRecord({ ...message, logs });
    return { logs, bytes: log.length + (documents.size > 0 ? kept.length : 0) };
  }

  async saveRecord(record: HistoryRecord): Promise<void> {
    const message = create(BuildHistoryRecordSchema, record);
    const path = this.#path(message.Ref, 'record');
    await writeFileAtomic(path, toBinary(BuildHistoryRecordSchema, message));
  }

  async remove(ref: string): Promise<void> {
    for (const kind of ['record', 'log', 'documents'] as const) {
      await rm(this.#path(ref, kind), { force: true });
    }
  }

  /** What clients saw of a build. Empty if its log is gone. */
  async *read(ref: string): AsyncGenerator<StatusEvent> {
    for await (const message of this.#messages(ref, 'log')) {
      yield fromBinary(StatusResponseSchema, message);
    }
  }

  /** The log of a build in BuildKit's own form. */
  async log(ref: string): Promise<Buffer> {
    const messages: Buffer[] = [];
    for await (const message of this.#messages(ref, 'log')) messages.push(message);
    return withLengths(messages);
  }

  /** The digests of a build's documents. */
  async documentDigests(ref: string): Promise<Set<string>> {
    const digests = new Set<string>();
    for await (const document of this.#messages(ref, 'documents')) digests.add(sha256(document));
    return digests;
  }

  /** The document of a build with this digest. */
  async document(ref: string, digest: string): Promise<Buffer | undefined> {
    for await (const document of this.#messages(ref, 'documents')) {
      if (sha256(document) === digest) return document;
    }
    return undefined;
  }

  async *#messages(ref: string, kind: 'log' | 'documents'): AsyncGenerator<Buffer> {
    const file = await readFile(this.#path(ref, kind)).catch(ifMissing(undefined));
    if (file !== undefined) yield* readFrames(Readable.from([await decompress(file)]));
  }

  /** Clients choose references, so they aren't safe as file names. */
  #path(ref: string, kind: 'record' | 'log' | 'documents'): string {
    const name = createHash('sha256').update(ref).digest('hex').slice(0, 40);
    return join(this.#directory, `${name}.${kind}`);
  }
}

/** Nanoseconds since the epoch, for the order of builds. */
export function createdAt({ CreatedAt }: HistoryRecord): number {
  return Number(CreatedAt?.seconds ?? 0) * 1e9 + (CreatedAt?.nanos ?? 0);
}

function encode(events: Iterable<StatusEvent>): Uint8Array[] {
  const messages: Uint8Array[] = [];
  let bytes = 0;
  for (const event of events) {
    const size = (event.logs ?? []).reduce((sum, { msg }) => sum + (msg?.length ?? 0), 0);
    bytes += size;
    const kept = size > 0 && bytes > MAX_LOG_BYTES ? { ...event, logs: [] } : event;
    messages.push(toBinary(StatusResponseSchema, create(StatusResponseSchema, kept)));
  }
  return messages;
}

/** Each message after its length in four bytes. */
function withLengths(messages: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    messages.flatMap((message) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(message.length);
      return [length, message];
    }),
  );
}
