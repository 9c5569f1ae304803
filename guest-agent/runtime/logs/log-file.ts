import { type FSWatcher, watch } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { openLogFiles, openSuccessor } from './log-rotation.ts';
import { findTail } from './log-tail.ts';

/**
 * One line of a container's output, or a piece of a line (`partial`) if it was too long or
 * incomplete.
 */
export interface LogLine {
  readonly stream: 'stdout' | 'stderr';
  /** RFC 3339 with nanoseconds, in UTC with `Z`. */
  readonly time: string;
  /** With its newline, unless partial. */
  readonly data: Buffer;
  readonly partial: boolean;
}

export interface LogQuery {
  /** The number of last lines. All lines if undefined. */
  readonly tail?: number;
  /** In nanoseconds since the epoch, inclusive. */
  readonly since?: bigint;
  readonly until?: bigint;
  /** Continue with new lines, until `ended` resolves and the rest is read. */
  readonly follow?: { readonly ended: Promise<void> };
  readonly signal: AbortSignal;
}

const CHUNK = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * Reads the log that conmon writes in the Kubernetes format: `TIME STREAM TAG TEXT`, where the tag
 * is F for a full line and P for a partial one. Bytes are unchanged. Older files of a rotated log
 * come first. Lines are yielded in groups as they were read. While the log is followed, new lines
 * are yielded immediately.
 *
 * Without `follow`, the log ends where it ended when it was opened.
 */
export async function* readLog(path: string, query: LogQuery): AsyncGenerator<LogLine[]> {
  const files = await openLogFiles(path);
  const newest = files.at(-1);
  if (!newest) return;
  const { since, until } = query;
  const isTimed = since !== undefined || until !== undefined;
  const begun = new LineTimes();
  try {
    for await (const entries of selectedEntries(path, files, newest, query)) {
      query.signal.throwIfAborted();
      const lines: LogLine[] = [];
      let isOver = false;
      for (const entry of entries) {
        const line = parseEntry(entry);
        if (!line) continue;
        const time = isTimed ? nanoseconds(begun.timeOf(line)) : 0n;
        // A damaged line belongs to no time.
        if (time === undefined) continue;
        if (since !== undefined && time < since) continue;
        isOver = until !== undefined && time > until;
        if (isOver) break;
        lines.push(line);
      }
      if (lines.length > 0) yield lines;
      if (isOver) return;
    }
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}

/** A line in pieces belongs to the time of its first piece, so that a query has all or none of it. */
class LineTimes {
  readonly #begun = new Map<LogLine['stream'], string>();

  timeOf({ stream, time, partial }: LogLine): string {
    const first = this.#begun.get(stream) ?? time;
    if (partial) this.#begun.set(stream, first);
    else this.#begun.delete(stream);
    return first;
  }
}

/** The entries from the beginning of the query's tail. */
async function* selectedEntries(
  path: string,
  files: readonly FileHandle[],
  newest: FileHandle,
  { tail, follow: end, signal }: LogQuery,
): AsyncGenerator<Buffer[]> {
  // New entries are only read with `follow`. Otherwise a container that writes would make its tail
  // longer than requested.
  const sizes = await Promise.all(files.map(async (file) => (await file.stat()).size));
  const starts = files.map(() => 0);
  const seen = new Set<string>();
  let wanted = tail;
  for (let index = files.length - 1; wanted !== undefined && index >= 0; index--) {
    const file = files[index];
    const found = file && (await findTail(file, sizes[index] ?? 0, wanted, seen));
    starts[index] = found?.offset ?? 0;
    wanted -= found?.lines ?? 0;
  }
  for (const [index, file] of files.entries()) {
    const start = starts[index] ?? 0;
    if (end && file === newest) yield* follow(newest, path, start, end.ended, signal);
    else yield* readEntries(file, start, sizes[index]);
  }
}

/** Complete entries with their newlines, from an offset to the end of the file or to `limit`. */
async function* readEntries(
  file: FileHandle,
  start: number,
  limit = Number.POSITIVE_INFINITY,
  reached: (offset: number) => void = () => {},
): AsyncGenerator<Buffer[]> {
  let offset = start;
  let rest = Buffer.alloc(0);
  const chunk = Buffer.alloc(CHUNK);
  while (offset < limit) {
    const { bytesRead } = await file.read(chunk, 0, Math.min(CHUNK, limit - offset), offset);
    if (bytesRead === 0) return;
    offset += bytesRead;
    // A copy, since the chunk is reused while its entries are still being processed.
    const buffer = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    const entries: Buffer[] = [];
    let from = 0;
    for (let at = buffer.indexOf(NEWLINE); at >= 0; at = buffer.indexOf(NEWLINE, from)) {
      entries.push(buffer.subarray(from, at + 1));
      from = at + 1;
    }
    rest = buffer.subarray(from);
    reached(offset - rest.length);
    if (entries.length > 0) yield entries;
  }
}

async function* follow(
  first: FileHandle,
  path: string,
  start: number,
  ended: Promise<void>,
  signal: AbortSignal,
): AsyncGenerator<Buffer[]> {
  const changes = new Changes(path, ended, signal);
  let file = first;
  let next: FileHandle | undefined;
  try {
    let offset = start;
    while (true) {
      // Checked before the read, so that bytes written before the end are still read, and a file
      // with a successor is read completely.
      const last = changes.done;
      changes.reset();
      next = await openSuccessor(path, file);
      yield* readEntries(file, offset, undefined, (reached) => {
        offset = reached;
      });
      if (next) {
        if (file !== first) await file.close();
        file = next;
        next = undefined;
        offset = 0;
        changes.watch();
        continue;
      }
      if (last) return;
      await changes.wait();
      signal.throwIfAborted();
    }
  } finally {
    changes.close();
    await next?.close();
    if (file !== first) await file.close();
  }
}

/** Wakes a reader when the file grows, the writer ends or the reader leaves. */
class Changes {
  done = false;
  readonly #path: string;
  #watcher: FSWatcher | undefined;
  readonly #signal: AbortSignal;
  #wake = Promise.withResolvers<void>();

  constructor(path: string, ended: Promise<void>, signal: AbortSignal) {
    this.#path = path;
    this.#signal = signal;
    this.watch();
    signal.addEventListener('abort', this.#notify);
    const finish = () => {
      this.done = true;
      this.#notify();
    };
    ended.then(finish, finish);
  }

  /** Watches the file that now has the name. */
  watch(): void {
    this.#watcher?.close();
    this.#watcher = watch(this.#path, this.#notify);
    this.#watcher.on('error', this.#notify);
  }

  reset(): void {
    this.#wake = Promise.withResolvers<void>();
  }

  async wait(): Promise<void> {
    if (!this.done && !this.#signal.aborted) await this.#wake.promise;
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#notify);
    this.#watcher?.close();
  }

  #notify = (): void => {
    this.#wake.resolve();
  };
}

function parseEntry(entry: Buffer): LogLine | undefined {
  const timeEnd = entry.indexOf(0x20);
  const streamEnd = entry.indexOf(0x20, timeEnd + 1);
  const tagEnd = entry.indexOf(0x20, streamEnd + 1);
  if (timeEnd < 0 || streamEnd < 0 || tagEnd < 0) return undefined;
  const stream = entry.toString('latin1', timeEnd + 1, streamEnd);
  if (stream !== 'stdout' && stream !== 'stderr') return undefined;
  const partial = entry.toString('latin1', streamEnd + 1, tagEnd) === 'P';
  return {
    stream,
    time: entry.toString('latin1', 0, timeEnd).replace(/\+00:00$/, 'Z'),
    data: entry.subarray(tagEnd + 1, partial ? -1 : entry.length),
    partial,
  };
}

/** Longer than any time. Dates of other texts take long to parse. */
const LONGEST_TIME = 64;

/**
 * Converts RFC 3339 with up to nine fraction digits to nanoseconds since the epoch. Undefined for any
 * other text.
 */
export function nanoseconds(time: string): bigint | undefined {
  if (time.length > LONGEST_TIME) return undefined;
  const match = /^(.+?)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/.exec(time);
  const millis = Date.parse(match ? `${match[1]}${match[3]}` : time);
  if (Number.isNaN(millis)) return undefined;
  return BigInt(millis) * 1_000_000n + BigInt((match?.[2] ?? '').padEnd(9, '0') || 0);
}
