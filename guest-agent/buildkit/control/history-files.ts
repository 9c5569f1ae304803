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
import {
  type BuildHistoryRecord,
  BuildHistoryRecordSchema,
  StatusResponseSchema,
} from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';
import { frame, readFrames } from '../grpc/frames.ts';
import type { StatusEvent } from '../jobs/status-log.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** The most output of one build that is kept. */
const MAX_LOG_BYTES = 16 << 20;

export type HistoryRecord = MessageInitShape<typeof BuildHistoryRecordSchema>;

/** A past build on the disk. */
export interface KeptBuild {
  readonly record: BuildHistoryRecord;
  /** Bytes of the log on the disk. */
  readonly logBytes: number;
}

/**
 * Past builds in files: for each a record, and a compressed log of what clients saw. The log is
 * written first, so that every record has its log.
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
    for (const name of names) {
      const path = join(this.#directory, name);
      if (name.endsWith('.tmp')) await rm(path, { force: true });
      if (!name.endsWith('.record')) continue;
      try {
        const record = fromBinary(BuildHistoryRecordSchema, await readFile(path));
        const log = await stat(this.#path(record.Ref, 'log')).catch(ifMissing(undefined));
        found.push({ record, logBytes: log?.size ?? 0 });
      } catch (error) {
        this.#log(`reading the past build ${path}`, error);
      }
    }
    return found.sort((a, b) => createdAt(a.record) - createdAt(b.record));
  }

  /** Returns the bytes of the log on the disk. */
  async save(record: HistoryRecord, events: Iterable<StatusEvent>): Promise<number> {
    const { Ref = '' } = record;
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const log = await compress(encode(events));
    await writeFileAtomic(this.#path(Ref, 'log'), log);
    await this.saveRecord(record);
    return log.length;
  }

  async saveRecord(record: HistoryRecord): Promise<void> {
    const message = create(BuildHistoryRecordSchema, record);
    const path = this.#path(message.Ref, 'record');
    await writeFileAtomic(path, toBinary(BuildHistoryRecordSchema, message));
  }

  async remove(ref: string): Promise<void> {
    for (const kind of ['record', 'log'] as const) {
      await rm(this.#path(ref, kind), { force: true });
    }
  }

  /** What clients saw of a build. Empty if its log is gone. */
  async *read(ref: string): AsyncGenerator<StatusEvent> {
    const log = await readFile(this.#path(ref, 'log')).catch(ifMissing(undefined));
    if (log === undefined) return;
    for await (const message of readFrames(Readable.from([await decompress(log)]))) {
      yield fromBinary(StatusResponseSchema, message);
    }
  }

  /** Clients choose references, so they aren't safe as file names. */
  #path(ref: string, kind: 'record' | 'log'): string {
    const name = createHash('sha256').update(ref).digest('hex').slice(0, 40);
    return join(this.#directory, `${name}.${kind}`);
  }
}

/** Nanoseconds since the epoch, for the order of builds. */
export function createdAt({ CreatedAt }: HistoryRecord): number {
  return Number(CreatedAt?.seconds ?? 0) * 1e9 + (CreatedAt?.nanos ?? 0);
}

function encode(events: Iterable<StatusEvent>): Buffer {
  const frames: Buffer[] = [];
  let bytes = 0;
  for (const event of events) {
    const size = (event.logs ?? []).reduce((sum, { msg }) => sum + (msg?.length ?? 0), 0);
    bytes += size;
    const kept = size > 0 && bytes > MAX_LOG_BYTES ? { ...event, logs: [] } : event;
    frames.push(frame(toBinary(StatusResponseSchema, create(StatusResponseSchema, kept))));
  }
  return Buffer.concat(frames);
}
